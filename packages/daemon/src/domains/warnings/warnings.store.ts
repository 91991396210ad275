import type { Warning } from '@operations-center/contract';
import type { Selectable } from 'kysely';
import type { Db, Tx } from '../../schema.ts';
import type { WarningSubject } from './warning.ts';
import type { WarningTables } from './warnings.tables.ts';

type Row = Selectable<WarningTables['warnings']>;

export const listWarnings = async (db: Db): Promise<Warning[]> =>
  (await db.selectFrom('warnings').selectAll().orderBy('scope').orderBy('entity').orderBy('type').execute()).map(
    toWarning,
  );

export async function countNewWarnings(db: Db): Promise<number> {
  const row = await db
    .selectFrom('warnings')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('status', '=', 'new')
    .executeTakeFirstOrThrow();
  return row.count;
}

export async function findWarning(db: Db, uuid: string): Promise<Warning | undefined> {
  const row = await db.selectFrom('warnings').selectAll().where('uuid', '=', uuid).executeTakeFirst();
  return row === undefined ? undefined : toWarning(row);
}

export const findSame = (tx: Tx, subject: WarningSubject): Promise<Row | undefined> =>
  tx
    .selectFrom('warnings')
    .selectAll()
    .where('type', '=', subject.type)
    .where('scope', '=', subject.scope)
    .where('entity_type', '=', subject.entity_type)
    .where('entity', '=', subject.entity)
    .executeTakeFirst();

export async function insertWarning(tx: Tx, row: Row): Promise<void> {
  await tx.insertInto('warnings').values(row).execute();
}

export async function updateWarning(tx: Tx, uuid: string, change: Partial<Row>): Promise<void> {
  await tx.updateTable('warnings').set(change).where('uuid', '=', uuid).execute();
}

/** How many went away. Without a type: all of that scope and entity. */
export async function deleteWarnings(
  tx: Tx,
  subject: Omit<WarningSubject, 'type' | 'scope'> & { type?: string; scope?: string },
): Promise<number> {
  let query = tx
    .deleteFrom('warnings')
    .where('entity_type', '=', subject.entity_type)
    .where('entity', '=', subject.entity);
  if (subject.scope !== undefined) query = query.where('scope', '=', subject.scope);
  if (subject.type !== undefined) query = query.where('type', '=', subject.type);
  return Number((await query.executeTakeFirst()).numDeletedRows);
}

export async function renameEntity(tx: Tx, entity_type: string, from: string, to: string): Promise<void> {
  await tx
    .updateTable('warnings')
    .set({ entity: to })
    .where('entity_type', '=', entity_type)
    .where('entity', '=', from)
    .execute();
}

const toWarning = (row: Row): Warning => ({
  status: row.status,
  uuid: row.uuid,
  scope: { scope: row.scope, entity_type: row.entity_type, entity: row.entity },
  type: row.type,
  first_occurrence: timeText(row.first_occurrence),
  last_occurrence: timeText(row.last_occurrence),
  last_updated: timeText(row.last_updated),
  // Written by this domain as a list of texts.
  messages: JSON.parse(row.messages) as string[],
  count: row.count,
});

const timeText = (epochMs: number): string => new Date(epochMs).toISOString();
