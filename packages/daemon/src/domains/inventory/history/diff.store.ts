import type { InventoryChange } from '@operations-center/contract';
import type { SqlValue } from '@operations-center/database';
import type { InventoryDatabase } from '../../../schema.ts';
import type { MaskedObject } from '../secrets/sealed-object.ts';
import type { InventoryWithVault } from '../secrets/vault.ts';
import { type Document, keyOf, kinOf, loadAsOf } from './as-of.store.ts';
import {
  type BigNumber,
  changeBetween,
  readVersion,
  toChange,
  type Version,
  type VersionRow,
  versionColumns,
} from './change-found.ts';
import type { DiffAsk, DiffPage, DiffPlace, DiffWindow } from './diff.ts';
import { documentChanges } from './document-changes.ts';
import { type Packed, restoreObjects } from './packed.store.ts';

/** So long it is looked for a full page; much may have changed and be again as it was. */
const patienceMs = 100;
const candidatesAtOnce = 200;

/** What differs between two times: first what was there, in the order in which it ended to be so, then what is new. */
export async function readDiff(db: InventoryWithVault, ask: DiffAsk): Promise<DiffPage> {
  const changes: InventoryChange[] = [];
  const until = performance.now() + patienceMs;
  let place: DiffPlace = ask.after ?? { part: 'ended', at: ask.from, id: Number.MAX_SAFE_INTEGER };
  do {
    const look = place.part === 'ended' ? lookAtEnded : lookAtBegan;
    const found = await look(db, ask, place, Math.min(candidatesAtOnce, ask.limit - changes.length));
    changes.push(...found.changes);
    if (found.next === undefined) return { changes };
    place = found.next;
  } while (changes.length < ask.limit && performance.now() < until);
  return { changes, next: place };
}

async function lookAtEnded(
  db: InventoryWithVault,
  ask: DiffWindow,
  place: DiffPlace,
  limit: number,
): Promise<DiffPage> {
  const only = conditions(ask);
  const found = await db.rows<VersionRow & MaskedObject & Packed & { id: BigNumber; until: BigNumber }>(
    `select id, id as version, object_id, ${versionColumns}, object, packed, secrets, until from inventory_versions
     where (until, id) > (?, ?) and until <= ? and since <= ?${only.text} order by until, id limit ?`,
    [place.at, place.id, ask.to, ask.from, ...only.values, limit],
  );
  const rows = await restoreObjects(db, found);
  const then = rows.map((row) => ({ ...readVersion(row), id: Number(row.id), until: Number(row.until) }));
  const now = new Map((await loadAsOf(db, ask.to, 'uuid', then)).map((one) => [keyOf(one), one]));
  const missing = then.filter((one) => !now.has(keyOf(one)));
  const kin = await loadKin(db, ask, missing);
  const ends = await loadEnds(db, ask.to, missing);
  const changes = then.flatMap((before) => {
    const family = now.has(keyOf(before)) ? [] : kinOf(before, kin);
    const after = now.get(keyOf(before)) ?? (family.length === 1 ? family[0] : undefined);
    if (after === undefined)
      return [toChange({ change: 'deleted', at: ends.get(keyOf(before)) ?? before.until, now: before })];
    const change = changeBetween(before, after);
    if (change === undefined) return [];
    const inside = documentChanges(db.vault, after.kind, before, after);
    return [toChange({ change, at: after.since, now: after, before, inside })];
  });
  const last = then.at(-1);
  const next: DiffPlace =
    last === undefined || then.length < limit
      ? { part: 'began', at: ask.from, id: Number.MAX_SAFE_INTEGER }
      : { part: 'ended', at: last.until, id: last.id };
  return { changes, next };
}

/** What has their identity at the later time, and did not have it under that name before. */
async function loadKin(db: InventoryDatabase, { from, to }: DiffWindow, of: readonly Version[]): Promise<Document[]> {
  const kin = await loadAsOf(db, to, 'identity', of);
  const old = new Set((await loadAsOf(db, from, 'uuid', kin)).map(sameKey));
  return kin.filter((one) => !old.has(sameKey(one)));
}

const sameKey = (one: Version): string => `${keyOf(one)} ${one.identity}`;

/** When what is gone was seen last. */
async function loadEnds(db: InventoryDatabase, to: number, gone: readonly Version[]): Promise<Map<string, number>> {
  const ends = new Map<string, number>();
  for (const one of gone) {
    const [row] = await db.rows<{ until: BigNumber | null }>(
      'select max(until) as until from inventory_versions where kind = ? and uuid = ? and until <= ?',
      [one.kind, one.uuid, to],
    );
    if (row?.until !== null && row?.until !== undefined) ends.set(keyOf(one), Number(row.until));
  }
  return ends;
}

async function lookAtBegan(db: InventoryDatabase, ask: DiffWindow, place: DiffPlace, limit: number): Promise<DiffPage> {
  const only = conditions(ask);
  const [objects, versions] = [`and since <= ?${only.text}`, `and since <= ? and until > ?${only.text}`];
  const rows = await db.rows<VersionRow>(
    `select * from (
       select id as object_id, ${versionColumns} from inventory_objects where (since, id) > (?, ?) ${objects}
       union all
       select object_id, ${versionColumns} from inventory_versions where (since, object_id) > (?, ?) ${versions}
     ) as began order by since, object_id limit ?`,
    [...[place.at, place.id, ask.to, ...only.values], ...[place.at, place.id, ask.to, ask.to, ...only.values], limit],
  );
  const now = rows.map(readVersion);
  const was = new Set((await loadAsOf(db, ask.from, 'uuid', now)).map(keyOf));
  const fresh = now.filter((one) => !was.has(keyOf(one)));
  const renamed = await findRenamed(db, ask, fresh);
  const changes = fresh
    .filter((one) => !renamed.has(keyOf(one)))
    .map((one) => toChange({ change: 'created', at: one.since, now: one }));
  const last = now.at(-1);
  if (last === undefined || now.length < limit) return { changes };
  return { changes, next: { part: 'began', at: last.since, id: last.object_id } };
}

/** Which of them were there under another name: these were told with what ended. */
async function findRenamed(db: InventoryDatabase, ask: DiffWindow, fresh: readonly Version[]): Promise<Set<string>> {
  const then = await loadAsOf(db, ask.from, 'identity', fresh);
  if (then.length === 0) return new Set();
  const now = await loadKin(db, ask, fresh);
  const stillThere = new Set((await loadAsOf(db, ask.to, 'uuid', then)).map(keyOf));
  const isRenamed = (one: Version): boolean =>
    kinOf(one, then).some((before) => !stillThere.has(keyOf(before)) && kinOf(before, now).length === 1);
  return new Set(fresh.filter(isRenamed).map(keyOf));
}

function conditions({ cluster, kind }: DiffWindow): { text: string; values: SqlValue[] } {
  const given = Object.entries({ cluster, kind }).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return { text: given.map(([column]) => ` and ${column} = ?`).join(''), values: given.map(([, value]) => value) };
}
