import type { Selectable } from 'kysely';
import type { Db, Tx } from '../../schema.ts';
import type { StoredTemplate, TemplateWish } from './template.ts';
import type { TemplateTables } from './templates.tables.ts';

const toTemplate = (row: Selectable<TemplateTables['cluster_templates']>): StoredTemplate => ({
  ...row,
  variables: row.variables === null ? null : (JSON.parse(row.variables) as StoredTemplate['variables']), // written below
});

const toColumns = (wish: TemplateWish) => ({
  description: wish.description,
  service_config_template: wish.service_config_template,
  application_config_template: wish.application_config_template,
  variables: wish.variables === null ? null : JSON.stringify(wish.variables),
});

export const listTemplates = async (db: Db): Promise<StoredTemplate[]> =>
  (await db.selectFrom('cluster_templates').selectAll().orderBy('name').execute()).map(toTemplate);

export async function findTemplate(db: Db, name: string): Promise<StoredTemplate | undefined> {
  const row = await db.selectFrom('cluster_templates').selectAll().where('name', '=', name).executeTakeFirst();
  return row === undefined ? undefined : toTemplate(row);
}

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
}

const insertRevision = (
  tx: Tx,
  { template, revision, wish }: { template: string; revision: number; wish: TemplateWish },
  change: Change,
): Promise<unknown> => {
  const { description, service_config_template, application_config_template, variables } = wish;
  const content = JSON.stringify({ description, service_config_template, application_config_template, variables });
  return tx
    .insertInto('cluster_template_revisions')
    .values({ template, revision, content, ...change })
    .execute();
};

export const renameTemplate = (tx: Tx, id: string, name: string, at: number): Promise<unknown> =>
  tx.updateTable('cluster_templates').set({ name, last_updated: at }).where('id', '=', id).execute();

export const deleteTemplate = async (tx: Tx, name: string): Promise<boolean> =>
  (await tx.deleteFrom('cluster_templates').where('name', '=', name).executeTakeFirst()).numDeletedRows > 0n;
