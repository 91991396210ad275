import type { Selectable } from 'kysely';
import type { Db, Tx } from '../../schema.ts';
import type { StoredTemplate, TemplateWish } from './template.ts';
import type { StoredUse } from './template-use.ts';
import type { TemplateTables } from './templates.tables.ts';

const toTemplate = ({ rules, ...row }: Selectable<TemplateTables['cluster_templates']>): StoredTemplate => ({
  ...row,
  ...(rules === null ? {} : { rules: JSON.parse(rules) as StoredTemplate['rules'] }), // written below
  variables: row.variables === null ? null : (JSON.parse(row.variables) as StoredTemplate['variables']), // written below
});

const toColumns = (wish: TemplateWish) => ({
  description: wish.description,
  service_config_template: wish.service_config_template,
  application_config_template: wish.application_config_template,
  variables: wish.variables === null ? null : JSON.stringify(wish.variables),
  rules: wish.rules === undefined || wish.rules.length === 0 ? null : JSON.stringify(wish.rules),
});

export const listTemplates = async (db: Db): Promise<StoredTemplate[]> =>
  (await db.selectFrom('cluster_templates').selectAll().orderBy('name').execute()).map(toTemplate);

export async function findTemplate(db: Db, name: string): Promise<StoredTemplate | undefined> {
  const row = await db.selectFrom('cluster_templates').selectAll().where('name', '=', name).executeTakeFirst();
  return row === undefined ? undefined : toTemplate(row);
}

const revisionsKept = 100;

export type Change = { changed_by: string; at: number };

export async function insertTemplate(
  tx: Tx,
  { id, name, wish }: { id: string; name: string; wish: TemplateWish },
  change: Change,
): Promise<void> {
  const row = { id, name, ...toColumns(wish), revision: 1, last_updated: change.at };
  await tx.insertInto('cluster_templates').values(row).execute();
  await insertRevision(tx, { template: id, revision: 1, wish }, change);
}

/** Its next revision. */
export async function updateTemplate(
  tx: Tx,
  current: StoredTemplate,
  wish: TemplateWish,
  change: Change,
): Promise<void> {
  const revision = current.revision + 1;
  await tx
    .updateTable('cluster_templates')
    .set({ ...toColumns(wish), revision, last_updated: change.at })
    .where('id', '=', current.id)
    .execute();
  await insertRevision(tx, { template: current.id, revision, wish }, change);
  await dropOldRevisions(tx, current.id, revision, revisionsKept);
}

const insertRevision = (
  tx: Tx,
  { template, revision, wish }: { template: string; revision: number; wish: TemplateWish },
  change: Change,
): Promise<unknown> => {
  const { description, service_config_template, application_config_template, variables, rules } = wish;
  const content = JSON.stringify({
    description,
    service_config_template,
    application_config_template,
    variables,
    rules,
  });
  return tx
    .insertInto('cluster_template_revisions')
    .values({ template, revision, content, ...change })
    .execute();
};

export const renameTemplate = (tx: Tx, id: string, name: string, at: number): Promise<unknown> =>
  tx.updateTable('cluster_templates').set({ name, last_updated: at }).where('id', '=', id).execute();

export const deleteTemplate = async (tx: Tx, name: string): Promise<boolean> =>
  (await tx.deleteFrom('cluster_templates').where('name', '=', name).executeTakeFirst()).numDeletedRows > 0n;

export type KeptRevision = { revision: number; changed_by: string; at: number; wish: TemplateWish };

/** Newest first. */
export async function listRevisions(db: Db, template: string): Promise<KeptRevision[]> {
  const rows = await db
    .selectFrom('cluster_template_revisions')
    .selectAll()
    .where('template', '=', template)
    .orderBy('revision', 'desc')
    .execute();
  return rows.map(toRevision);
}

export async function findRevision(db: Db, template: string, revision: number): Promise<KeptRevision | undefined> {
  const row = await db
    .selectFrom('cluster_template_revisions')
    .selectAll()
    .where('template', '=', template)
    .where('revision', '=', revision)
    .executeTakeFirst();
  return row === undefined ? undefined : toRevision(row);
}

const toRevision = ({
  revision,
  changed_by,
  at,
  content,
}: Selectable<TemplateTables['cluster_template_revisions']>) => ({
  ...{ revision, changed_by, at },
  wish: JSON.parse(content) as TemplateWish, // written by insertRevision
});

/** Older ones are forgotten: a template that a program writes each minute must not fill the disk. */
const dropOldRevisions = (tx: Tx, template: string, newest: number, kept: number): Promise<unknown> =>
  tx
    .deleteFrom('cluster_template_revisions')
    .where('template', '=', template)
    .where('revision', '<=', newest - kept)
    .execute();

export const insertUse = (tx: Tx, cluster: string, use: StoredUse): Promise<unknown> => {
  const { template, name, revision, values } = use;
  const row = { cluster, template, name, revision, values: JSON.stringify(values) };
  return tx.insertInto('cluster_template_uses').values(row).execute();
};

export async function findUse(db: Db, cluster: string): Promise<StoredUse | undefined> {
  const row = await db
    .selectFrom('cluster_template_uses')
    .selectAll()
    .where('cluster', '=', cluster)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const { template, name, revision, values } = row;
  return { template, name, revision, values: JSON.parse(values) as StoredUse['values'] }; // written above
}
