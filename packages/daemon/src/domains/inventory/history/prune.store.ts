import { preparedRun, type Tx } from '@operations-center/database';
import type { InventoryDatabase } from '../../../schema.ts';
import { pruneChanges } from '../changes/changes.store.ts';
import type { InventoryTables } from '../inventory.tables.ts';
import { keptSince } from './versions.store.ts';

/** How much is kept: time in microseconds, space in bytes. */
export type KeptVersions = { kept_since: number; versions: number; bytes: number };

export async function countVersions(db: InventoryDatabase): Promise<KeptVersions> {
  // From an index alone, without a look at the documents.
  const [row] = await db.rows<{ versions: number | string; bytes: number | string | null }>(
    'select count(*) as versions, sum(size) as bytes from inventory_versions',
    [],
  );
  return { kept_since: await keptSince(db), versions: Number(row?.versions ?? 0), bytes: Number(row?.bytes ?? 0) };
}

const prunedAtOnce = 500;

const keepSince = (tx: Tx<InventoryTables>, since: number): Promise<unknown> =>
  preparedRun(tx, 'update inventory_history set kept_since = ? where kept_since < ?', [since, since]);

/** Forgets versions that ended before a time, some in one transaction, oldest first. Are there more? */
export async function pruneVersions(db: InventoryDatabase, before: number): Promise<boolean> {
  return db.write('prune inventory versions', async (tx) => {
    const gone = await preparedRun(
      tx,
      'delete from inventory_versions where id in (select id from inventory_versions where until <= ? order by until, id limit ?)',
      [before, prunedAtOnce],
    );
    if (gone > 0) await keepSince(tx, before);
    return gone === prunedAtOnce;
  });
}

/** The time before which versions are to be forgotten, so that the rest needs no more than is allowed; undefined: none. */
async function endOfSpace(db: InventoryDatabase, allowed: number): Promise<number | undefined> {
  const { bytes } = await countVersions(db);
  if (bytes <= allowed) return undefined;
  const [row] = await db.rows<{ until: number | string }>(
    `select until from (
       select until, id, sum(size) over (order by until, id rows unbounded preceding) as gone from inventory_versions
     ) as summed where gone >= ? order by until, id limit 1`,
    [bytes - allowed],
  );
  return row === undefined ? undefined : Number(row.until);
}

const prunesAtOnce = 20;

/** Forgets what is too old, or more than may be kept: a bounded part of it, the rest the next time. */
export async function pruneHistory(
  db: InventoryDatabase,
  { before, allowed }: { before: number; allowed: number },
): Promise<void> {
  await pruneChanges(db);
  const end = Math.max(before, (await endOfSpace(db, allowed)) ?? 0);
  for (let turn = 0; turn < prunesAtOnce; turn += 1) if (!(await pruneVersions(db, end))) return;
}
