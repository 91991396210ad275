import { setTimeout as pause } from 'node:timers/promises';
import type { Tx } from '@operations-center/database';
import type { InventoryDatabase } from '../../../schema.ts';
import type { InventoryTables } from '../inventory.tables.ts';
import { type ListMark, lookedAtSince, markLook } from '../live/looks.store.ts';
import { type Beside, type ObjectPlace, placesBeside } from '../live/object-place.ts';
import { findDigest, loadDigests } from '../rows/inventory.store.ts';
import type { StoredObject } from '../rows/inventory-item.ts';
import { deleteBelow, deleteObjects, writeObjects } from '../rows/write-rows.store.ts';
import type { InventoryWithVault, Vault } from '../secrets/vault.ts';
import { BadReply, listRanges, metadataRange } from './list-ranges.ts';
import {
  type ObjectSource,
  type OpenRow,
  type ReadObject,
  readObject,
  sealRow,
  textField,
  whole,
} from './read-object.ts';
import type { Parent, RowKind } from './scanned-kinds.ts';

/** One reply of Incus, to become rows of one kind. */
export type ListReply = ObjectSource & {
  /** Its members: an object that is elsewhere is kept, and told. */
  servers: readonly string[];
  /** Stamp of the rows that are written. */
  last_updated: string;
  /** When Incus was asked, in microseconds: what was looked at by itself since then is left as it is. */
  asked: number;
};

export type ApplyResult = {
  added: number;
  changed: number;
  removed: number;
  unchanged: number;
  /** What was wrong with single objects, the first few of them in words. */
  problems: string[];
  /** So many of them could not be used: nothing was removed, for each may be what seems to be gone. */
  unusable: number;
  /** Of networks and pools: what other kinds are listed below. */
  parents: Parent[];
};

/** More rows in one transaction would make others wait (engineering E3); more text would fill the log. */
const rowsPerWrite = 500;

const textPerWrite = 4 * 1024 * 1024;

const pauseMs = 5;

const maxElements = 200_000;

const problemsTold = 5;

/**
 * Brings the rows of one kind (below one parent) to what the reply says: writes what is new or changed, deletes what
 * is gone. A bad object is told and left out, and then nothing is deleted. Throws `BadReply` if the reply as a whole cannot be read.
 */
export async function applyList(db: InventoryWithVault, reply: ListReply): Promise<ApplyResult> {
  const { rowKind, cluster, parent } = reply;
  const ranges = listRanges(reply.bytes, maxElements);
  const stored = await loadDigests(db, { kind: rowKind.kind, cluster, ...scopeOf(rowKind, parent) });
  const result: ApplyResult = {
    added: 0,
    changed: 0,
    removed: 0,
    unchanged: 0,
    problems: [],
    unusable: 0,
    parents: [],
  };
  const problems = makeProblems(result.problems);
  const writer = makeWriter(db, { cluster, kind: rowKind.kind, asked: reply.asked }, reply.last_updated);
  const seen = new Set<string>();
  for (const range of ranges) {
    const read = readObject(db.vault, reply, range);
    if (read === 'left out') continue;
    if (typeof read === 'string') {
      problems.add(read);
      result.unusable += 1;
    } else if (seen.has(read.row.uuid)) problems.add(`${read.row.name}: there are two objects with this identity`);
    else {
      seen.add(read.row.uuid);
      if (read.row.server !== '' && !reply.servers.includes(read.row.server))
        problems.add(`${read.row.name}: it is on "${read.row.server}", which is no member of the cluster`);
      if (rowKind.parentField !== undefined) result.parents.push(parentOf(read, rowKind.parentField));
      const before = stored.get(read.row.uuid);
      if (before === read.row.digest) result.unchanged += 1;
      else {
        result[before === undefined ? 'added' : 'changed'] += 1;
        await writer.put(whole(read, rowKind.kind));
      }
    }
  }
  await writer.flush();
  const mark = { cluster, kind: rowKind.kind, asked: reply.asked };
  const gone = result.unusable > 0 ? [] : [...stored.keys()].filter((uuid) => !seen.has(uuid));
  result.removed = await removeAll(db, mark, gone, reply.last_updated);
  problems.end();
  return result;
}

export type ObjectReply = ListReply & {
  /** Of the identity that was asked for. */
  uuid: string;
  beside?: Beside | undefined;
};

/** `outdated`: it was asked for again since then, and that answer counts. `beside`: undefined: too many to name. */
export type ObjectApplied = {
  change: 'added' | 'changed' | 'unchanged' | 'outdated';
  beside: ObjectPlace[] | undefined;
};

/** Brings one row to what the reply about one object says; the row of another identity it had before goes away. */
export async function applyObject(db: InventoryWithVault, reply: ObjectReply): Promise<ObjectApplied> {
  const read = readObject(db.vault, reply, metadataRange(reply.bytes));
  // As in lists: not ours to keep, so it is not there.
  if (read === 'left out') {
    await removeObject(db, {
      cluster: reply.cluster,
      kind: reply.rowKind.kind,
      asked: reply.asked,
      uuids: [reply.uuid],
      at: reply.last_updated,
    });
    return { change: 'unchanged', beside: [] };
  }
  if (typeof read === 'string') throw new BadReply(read);
  const change = await db.write('write inventory object', (tx) =>
    putObject(tx, db.vault, reply, whole(read, reply.rowKind.kind)),
  );
  return { change, beside: reply.beside === undefined ? [] : placesBeside(reply.beside, read.value) };
}

async function putObject(
  tx: Tx<InventoryTables>,
  vault: Vault,
  { cluster, rowKind: { kind }, asked, last_updated, uuid }: ObjectReply,
  row: OpenRow,
): Promise<ObjectApplied['change']> {
  const before = await findDigest(tx, kind, row.uuid);
  if (!(await markLook(tx, { cluster, kind, asked, uuid: row.uuid }))) return 'outdated';
  if (before !== row.digest) await writeObjects(tx, kind, [sealRow(vault, kind, row)], last_updated);
  if (row.uuid !== uuid && (await markLook(tx, { cluster, kind, asked, uuid })))
    await deleteObjects(tx, { kind, cluster }, [uuid], last_updated);
  if (before === undefined) return 'added';
  return before === row.digest ? 'unchanged' : 'changed';
}

/** What is gone, and what stands below it: of a network in its project, of a pool in all. How many rows. */
export type GoneObject = ListMark & { uuids: readonly string[]; at: string; below?: BelowObject };

export type BelowObject = { kinds: readonly string[]; parent_name: string; project_name?: string };

export const removeObject = (db: InventoryDatabase, { uuids, below, at, ...mark }: GoneObject): Promise<number> =>
  db.write('remove inventory object', async (tx) => {
    let gone = 0;
    for (const uuid of uuids)
      if (await markLook(tx, { ...mark, uuid })) gone += await deleteObjects(tx, mark, [uuid], at);
    return below === undefined ? gone : gone + (await deleteBelow(tx, mark.cluster, below, at));
  });

/** Deletes rows in transactions of a bounded size. */
export async function removeAll(
  db: InventoryDatabase,
  mark: ListMark,
  uuids: readonly string[],
  at: string,
): Promise<number> {
  let gone = 0;
  for (let begin = 0; begin < uuids.length; begin += rowsPerWrite) {
    if (begin > 0) await pause(pauseMs);
    const some = uuids.slice(begin, begin + rowsPerWrite);
    gone += await db.write('delete inventory objects', async (tx) => {
      const newer = await lookedAtSince(tx, mark);
      return deleteObjects(
        tx,
        mark,
        some.filter((uuid) => !newer.has(uuid)),
        at,
      );
    });
  }
  return gone;
}

/** Which stored rows the reply speaks of: forwards of one network of one project, volumes of one pool, or all. */
function scopeOf(rowKind: RowKind, parent: Parent | undefined): { parent_name?: string; project_name?: string } {
  if (parent === undefined) return {};
  return rowKind.project === 'parent'
    ? { parent_name: parent.name, project_name: parent.project_name }
    : { parent_name: parent.name };
}

const parentOf = ({ row, value }: ReadObject, field: string): Parent => ({
  name: row.name,
  project_name: row.project_name,
  type: textField(value, field) ?? '',
});

function makeWriter(db: InventoryWithVault, mark: ListMark, last_updated: string) {
  let rows: StoredObject[] = [];
  let text = 0;
  let written = false;
  async function flush(): Promise<void> {
    if (rows.length === 0) return;
    if (written) await pause(pauseMs);
    const batch = rows;
    rows = [];
    text = 0;
    written = true;
    await db.write('write inventory objects', async (tx) => {
      const newer = await lookedAtSince(tx, mark);
      const rows = batch.filter((row) => !newer.has(row.uuid));
      await writeObjects(tx, mark.kind, rows, last_updated);
    });
  }
  return {
    flush,
    async put(row: OpenRow): Promise<void> {
      const sealed = sealRow(db.vault, mark.kind, row);
      rows.push(sealed);
      text += sealed.object.length + sealed.secrets.length;
      if (rows.length >= rowsPerWrite || text >= textPerWrite) await flush();
    },
  };
}

function makeProblems(told: string[]) {
  let more = 0;
  return {
    add(problem: string): void {
      if (told.length < problemsTold) told.push(problem);
      else more += 1;
    },
    end(): void {
      if (more > 0) told.push(`and ${more} more like these`);
    },
  };
}
