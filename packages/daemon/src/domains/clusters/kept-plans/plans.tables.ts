import { type DialectName, textType } from '@operations-center/database';
import type { Kysely } from 'kysely';

export type PlanTables = {
  /** Plans as they were made; the words of one that is over are taken out, so that only its id and its end are left. */
  plans: {
    id: string;
    /** Of the request: two plans of one request are made for one cluster, and hold the same ids. */
    request_digest: string;
    cluster: string;
    /** JSON text: the request as it came and what shall be ignored, sealed; the plan as it goes over the wire; … */
    request: string;
    shown: string;
    /** … as the operation takes it, secrets sealed; and what it stands on, to tell what is different. */
    plan: string;
    facts: string;
    /** Chance of the plan: kept, so that it can be made again. */
    ula_prefix: string;
    requested_by: string;
    created_at: number;
    expires_at: number;
    /** The operation that ran it, or null. */
    operation: string | null;
  };
  /** Ids that are held for a request until its last plan expired or one of them ran. Never two for one id. */
  plan_ids: {
    kind: 'lvm' | 'mesh';
    id: number;
    request_digest: string;
    /** Of lvm only, else empty. */
    machine: string;
    server: string;
  };
};

export async function createPlanTables(db: Kysely<PlanTables>, dialect: DialectName): Promise<void> {
  const text = textType(dialect);
  await db.schema
    .createTable('plans')
    .addColumn('id', text, (column) => column.primaryKey())
    .addColumn('request_digest', text, (column) => column.notNull())
    .addColumn('cluster', text, (column) => column.notNull())
    .addColumn('request', text, (column) => column.notNull())
    .addColumn('shown', text, (column) => column.notNull())
    .addColumn('plan', text, (column) => column.notNull())
    .addColumn('facts', text, (column) => column.notNull())
    .addColumn('ula_prefix', text, (column) => column.notNull())
    .addColumn('requested_by', text, (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('expires_at', 'bigint', (column) => column.notNull())
    .addColumn('operation', text)
    .execute();
  await db.schema.createIndex('plans_request').on('plans').column('request_digest').execute();
  await db.schema.createIndex('plans_expiry').on('plans').column('expires_at').execute();
  await db.schema
    .createTable('plan_ids')
    .addColumn('kind', text, (column) => column.notNull())
    .addColumn('id', 'integer', (column) => column.notNull())
    .addColumn('request_digest', text, (column) => column.notNull())
    .addColumn('machine', text, (column) => column.notNull())
    .addColumn('server', text, (column) => column.notNull())
    .addPrimaryKeyConstraint('plan_ids_key', ['kind', 'id'])
    .execute();
}
