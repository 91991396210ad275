import { type DialectName, textType } from '@operations-center/database';
import type { Kysely } from 'kysely';

export type TemplateTables = {
  cluster_templates: {
    id: string;
    name: string;
    description: string;
    service_config_template: string;
    application_config_template: string;
    /** JSON text of a map, or null. */
    variables: string | null;
    /** JSON text of a list, or null. */
    rules: string | null;
    revision: number;
    last_updated: number;
  };
  /** From which template, at which revision and with which values each cluster was made. */
  cluster_template_uses: {
    cluster: string;
    /** Its id; the template itself may be gone. */
    template: string;
    name: string;
    revision: number;
    /** JSON text of a map; secret values sealed. */
    values: string;
  };
  /** What a template was at each of its revisions, the present one among them. */
  cluster_template_revisions: {
    template: string;
    revision: number;
    /** JSON text of what a caller may set. */
    content: string;
    changed_by: string;
    at: number;
  };
};

export async function createTemplateTables(db: Kysely<TemplateTables>, dialect: DialectName): Promise<void> {
  const text = textType(dialect);
  await db.schema
    .createTable('cluster_templates')
    .addColumn('id', text, (column) => column.primaryKey())
    .addColumn('name', text, (column) => column.notNull().unique())
    .addColumn('description', text, (column) => column.notNull())
    .addColumn('service_config_template', text, (column) => column.notNull())
    .addColumn('application_config_template', text, (column) => column.notNull())
    .addColumn('variables', text)
    .addColumn('revision', 'integer', (column) => column.notNull())
    .addColumn('last_updated', 'bigint', (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('cluster_template_revisions')
    .addColumn('template', text, (column) => column.notNull().references('cluster_templates.id').onDelete('cascade'))
    .addColumn('revision', 'integer', (column) => column.notNull())
    .addColumn('content', text, (column) => column.notNull())
    .addColumn('changed_by', text, (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('cluster_template_revisions_key', ['template', 'revision'])
    .execute();
  await db.schema
    .createTable('cluster_template_uses')
    .addColumn('cluster', text, (column) => column.primaryKey().references('clusters.id').onDelete('cascade'))
    .addColumn('template', text, (column) => column.notNull())
    .addColumn('name', text, (column) => column.notNull())
    .addColumn('revision', 'integer', (column) => column.notNull())
    .addColumn('values', text, (column) => column.notNull())
    .execute();
}

export const addRules = (db: Kysely<TemplateTables>, dialect: DialectName): Promise<void> =>
  db.schema.alterTable('cluster_templates').addColumn('rules', textType(dialect)).execute();
