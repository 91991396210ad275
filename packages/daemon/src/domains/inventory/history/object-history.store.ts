import { type InventoryChange, type InventoryKind, inventoryKindNames } from '@operations-center/contract';
import type { InventoryDatabase } from '../../../schema.ts';
import type { MaskedObject } from '../secrets/sealed-object.ts';
import type { InventoryWithVault } from '../secrets/vault.ts';
import {
  type BigNumber,
  changeBetween,
  readVersion,
  toChange,
  type Version,
  type VersionRow,
  versionColumns,
} from './change-found.ts';
import { documentChanges } from './document-changes.ts';
import { type Packed, restoreObjects } from './packed.store.ts';

/** `before`: only what was seen before, in microseconds. */
export type HistoryAsk = { kind: InventoryKind; uuid: string; before?: number | undefined; limit: number };
export type HistoryPage = { changes: InventoryChange[]; next?: number };

/** One of the rows that are the life of an object. `until` is none for the row that stands. */
type Stage = Version & { until: number | undefined; ended: string; version: number | undefined };
type Event = { change: InventoryChange['change']; at: number; now: Stage; before?: Stage };

/** The kinds that have, or had, an object with this UUID: it is made of names, and two kinds may have the same. */
export async function kindsOf(db: InventoryDatabase, uuid: string): Promise<InventoryKind[]> {
  const marks = inventoryKindNames.map(() => '?').join(', ');
  const rows = await db.rows<{ kind: InventoryKind }>(
    `select kind from inventory_objects where kind in (${marks}) and uuid = ?
     union select kind from inventory_versions where kind in (${marks}) and uuid = ?`,
    [...inventoryKindNames, uuid, ...inventoryKindNames, uuid],
  );
  return rows.map(({ kind }) => kind).sort();
}

const stagesAtOnce = 1_000;
/** What came after: so that an end is told as a new name where it was one. */
const stagesAfter = 5;

export async function readHistory(db: InventoryWithVault, ask: HistoryAsk): Promise<HistoryPage> {
  const before = ask.before ?? Number.MAX_SAFE_INTEGER;
  const older = await loadStages(db, ask, { sign: '<', at: before, order: 'desc', limit: stagesAtOnce });
  const after = await loadStages(db, ask, { sign: '>=', at: before, order: 'asc', limit: stagesAfter });
  const isCut = older.length === stagesAtOnce;
  const stages = [...older.reverse(), ...after];
  const events = eventsOf(stages, isCut)
    .filter(({ at }) => at < before)
    .sort((a, b) => b.at - a.at);
  const end = events[ask.limit - 1]?.at;
  // All of one moment are on one page: the next one begins before it.
  const page = end === undefined ? events : events.filter(({ at }) => at >= end);
  const changes: InventoryChange[] = [];
  for (const event of page) changes.push(await tell(db, event));
  const last = page.at(-1)?.at ?? stages[1]?.since;
  return (page.length < events.length || isCut) && last !== undefined ? { changes, next: last } : { changes };
}

async function loadStages(
  db: InventoryDatabase,
  { kind, uuid }: HistoryAsk,
  { sign, at, order, limit }: { sign: '<' | '>='; at: number; order: 'asc' | 'desc'; limit: number },
): Promise<Stage[]> {
  const read = async (where: string, values: readonly string[]): Promise<Stage[]> => {
    const rows = await db.rows<VersionRow & { until: BigNumber | null; ended: string; version: BigNumber | null }>(
      `select * from (
         select id as object_id, ${versionColumns}, null as until, '' as ended, null as version
         from inventory_objects where ${where} and since ${sign} ?
         union all
         select object_id, ${versionColumns}, until, ended, id as version
         from inventory_versions where ${where} and since ${sign} ?
       ) as stages order by since ${order} limit ?`,
      [...values, at, ...values, at, limit],
    );
    return rows.map((row) => ({
      ...readVersion(row),
      until: row.until === null ? undefined : Number(row.until),
      version: row.version === null ? undefined : Number(row.version),
    }));
  };
  const own = await read('kind = ? and uuid = ?', [kind, uuid]);
  const identities = await db.rows<{ identity: string; cluster: string; object_id: BigNumber }>(
    `select identity, cluster, id as object_id from inventory_objects where kind = ? and uuid = ?
     union select identity, cluster, object_id from inventory_versions where kind = ? and uuid = ?`,
    [kind, uuid, kind, uuid],
  );
  const stages = new Map(own.map((stage) => [stageKey(stage), stage]));
  for (const identity of new Set(identities.map((one) => one.identity)))
    for (const stage of await read('kind = ? and identity = ?', [kind, identity])) {
      const isKin = identities.some(
        (one) => one.cluster === stage.cluster || Number(one.object_id) === stage.object_id,
      );
      if (isKin) stages.set(stageKey(stage), stage);
    }
  const sorted = [...stages.values()].sort((a, b) => (order === 'asc' ? a.since - b.since : b.since - a.since));
  return sorted.slice(0, limit);
}

const stageKey = ({ object_id, version, since }: Stage): string => `${object_id} ${version ?? 'now'} ${since}`;

/** `isCut`: there are older stages, so what the first one came from is not known here. */
function eventsOf(stages: readonly Stage[], isCut: boolean): Event[] {
  const ofIdentity = new Map<string, Stage>();
  const ofUuid = new Map<string, Stage>();
  const known = new Set<string>();
  const events: Event[] = [];
  stages.forEach((stage, index) => {
    const kin = ofIdentity.get(stage.identity);
    const before = kin !== undefined && isPast(kin, stage) ? kin : ofUuid.get(stage.uuid);
    const wasGone = before?.ended === 'deleted' && before.uuid === stage.uuid && before.identity === stage.identity;
    const change = before === undefined || wasGone ? 'created' : changeBetween(before, stage);
    if (change !== undefined && !(isCut && index === 0))
      events.push({ change, at: stage.since, now: stage, ...(before === undefined || wasGone ? {} : { before }) });
    ofIdentity.set(stage.identity, stage);
    ofUuid.set(stage.uuid, stage);
    known.add(nameKey(stage));
    const later = stages.slice(index + 1).find(({ identity }) => identity === stage.identity);
    const isRenamed = later !== undefined && later.uuid !== stage.uuid && !known.has(nameKey(later));
    if (stage.ended === 'deleted' && stage.until !== undefined && !isRenamed)
      events.push({ change: 'deleted', at: stage.until, now: stage });
  });
  return events;
}

const nameKey = ({ uuid, identity }: Stage): string => `${uuid} ${identity}`;

/** Another name was given up for this one; two that were made in the same moment stand beside each other. */
const isPast = (kin: Stage, stage: Stage): boolean => kin.uuid === stage.uuid || kin.ended !== 'changed';

async function tell(db: InventoryWithVault, { change, at, now, before }: Event): Promise<InventoryChange> {
  if (before === undefined) return toChange({ change, at, now });
  const [from, to] = [await loadObject(db, before), await loadObject(db, now)];
  if (from === undefined || to === undefined) return toChange({ change, at, now, before });
  return toChange({ change, at, now, before, inside: documentChanges(db.vault, now.kind, from, to) });
}

async function loadObject(db: InventoryDatabase, { version, object_id }: Stage): Promise<MaskedObject | undefined> {
  const text =
    version === undefined
      ? 'select kind, id as object_id, 0 as version, uuid, object, null as packed, secrets from inventory_objects where id = ?'
      : 'select kind, object_id, id as version, uuid, object, packed, secrets from inventory_versions where id = ?';
  const [row] = await restoreObjects(db, await db.rows<Packed & MaskedObject>(text, [version ?? object_id]));
  return row;
}
