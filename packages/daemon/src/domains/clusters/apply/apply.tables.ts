import { type DialectName, textType } from '@operations-center/database';
import type { Kysely } from 'kysely';

export type ApplyTables = {
  /** What was last applied to a living cluster; before the first time it is what the creation applied. */
  applied_configurations: {
    cluster: string;
    operation: string;
    /** JSON text of LastApplied, secrets sealed. */
    applied: string;
    at: number;
  };
  /** Plans of applying, as they were made; the words of one that is over are taken out. */
  apply_plans: {
    id: string;
    cluster: string;
    /** JSON text: the request as it came, sealed; the plan as it goes over the wire, … */
    request: string;
    shown: string;
    /** … as the operation takes it, secrets sealed; and what it stands on, to tell what is different. */
    plan: string;
    facts: string;
    requested_by: string;
    created_at: number;
    expires_at: number;
    /** The operation that ran it, or null. */
    operation: string | null;
  };
};

export async function createApplyTables(db: Kysely<ApplyTables>, dialect: DialectName): Promise<void> {
  const text = textType(dialect);
  await db.schema
    .createTable('applied_configurations')
    .addColumn('cluster', text, (column) => column.primaryKey().references('clusters.id').onDelete('cascade'))
    .addColumn('operation', text, (column) => column.notNull())
    .addColumn('applied', text, (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('apply_plans')
    .addColumn('id', text, (column) => column.primaryKey())
    .addColumn('cluster', text, (column) => column.notNull().references('clusters.id').onDelete('cascade'))
    .addColumn('request', text, (column) => column.notNull())
    .addColumn('shown', text, (column) => column.notNull())
    .addColumn('plan', text, (column) => column.notNull())
    .addColumn('facts', text, (column) => column.notNull())
    .addColumn('requested_by', text, (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('expires_at', 'bigint', (column) => column.notNull())
    .addColumn('operation', text)
    .execute();
  await db.schema.createIndex('apply_plans_expiry').on('apply_plans').column('expires_at').execute();
}
