import { factsOf, type InventoryKind, inventoryKindNames } from '@operations-center/contract';
import { makeTurns } from '../../../platform/turns.ts';
import type { ServerEndpoint } from '../../servers/server.ts';
import type { InventoryWork } from '../threads/inventory-work.store.ts';
import type { ApplyResult } from './apply-list.store.ts';
import { askStamp } from './ask-stamp.ts';
import type { AskCluster } from './failover.service.ts';
import type { ReplyTurns } from './reply-turns.ts';
import { listQuestion, type Parent, rowKindOf, scannedKind } from './scanned-kinds.ts';

/** A cluster, and how its members are reached, the best one first. */
export type ScanTarget = {
  cluster: string;
  endpoints: readonly ServerEndpoint[];
  /** Of its members: an object elsewhere is told as a problem. */
  serverNames: readonly string[];
};

export type ScanProblem = { kind: InventoryKind; parent?: string; message: string };
export type ScanResult = {
  added: number;
  changed: number;
  removed: number;
  unchanged: number;
  problems: ScanProblem[];
};

type Scan = {
  cluster: string;
  servers: readonly string[];
  ask: AskCluster;
  work: InventoryWork;
  replies: ReplyTurns;
  signal: AbortSignal;
  now: () => string;
  /** What was looked at by itself since then stands below a parent that we may not know yet. */
  began: number;
  /** Kinds that could not be read, or not in full, with the first reason. */
  unread: Map<InventoryKind, string>;
  result: ScanResult;
  /** At most a few questions at once. */
  inTurn: <T>(work: () => Promise<T>) => Promise<T>;
};

const atOnce = 4;

export type ScanParts = {
  ask: AskCluster;
  work: InventoryWork;
  replies: ReplyTurns;
  signal: AbortSignal;
  now(): string;
  /** Told of each kind when it is done: with the reason if not all of it could be read. */
  onKind?(kind: InventoryKind, problem: string | undefined): void;
};

/**
 * Asks a cluster for everything, or for some kinds, and brings its rows to that. A kind that fails leaves its rows as
 * they are and is told as a problem; the others go on. Throws only the signal's reason, and what the database throws.
 */
export async function scanCluster(
  target: Pick<ScanTarget, 'cluster' | 'serverNames'>,
  parts: ScanParts,
  kinds: readonly InventoryKind[] = inventoryKindNames,
): Promise<ScanResult> {
  const result: ScanResult = { added: 0, changed: 0, removed: 0, unchanged: 0, problems: [] };
  const scan: Scan = {
    cluster: target.cluster,
    servers: target.serverNames,
    ...parts,
    began: askStamp(),
    unread: new Map(),
    result,
    inTurn: makeTurns(atOnce),
  };
  const isWanted = (kind: InventoryKind): boolean => kinds.includes(kind);
  const areWantedBelow = (parent: 'network' | 'storage_pool'): boolean =>
    kinds.some((kind) => factsOf(kind).parent === parent);
  const doneWith = async (kind: InventoryKind, work: Promise<void>): Promise<void> => {
    await work;
    parts.onKind?.(kind, scan.unread.get(kind));
  };
  const parentsOf = async (kind: 'network' | 'storage_pool'): Promise<Parents | undefined> => {
    if (!isWanted(kind) && !areWantedBelow(kind)) return undefined;
    const parents = await scanFlat(scan, kind);
    parts.onKind?.(kind, scan.unread.get(kind));
    return parents;
  };
  const networks = parentsOf('network');
  const pools = parentsOf('storage_pool');
  const others = kinds.map(async (kind) => {
    if (kind === 'network' || kind === 'storage_pool') return;
    const { parent } = factsOf(kind);
    if (parent === 'none')
      await doneWith(
        kind,
        scanFlat(scan, kind).then(() => undefined),
      );
    else await doneWith(kind, scanBelow(scan, kind, await (parent === 'network' ? networks : pools)));
  });
  await allEnded([networks, pools, ...others]);
  return result;
}

/** Throws the first failure, but not before the others have ended: what follows a scan must not meet its last writes. */
async function allEnded(works: readonly Promise<unknown>[]): Promise<void> {
  await Promise.allSettled(works);
  await Promise.all(works);
}

/** `whole`: there is no other one in the list, that could not be used. */
type Parents = { known: readonly Parent[]; whole: boolean };

/** The parents that the list holds; undefined if it could not be had. */
async function scanFlat(scan: Scan, kind: InventoryKind): Promise<Parents | undefined> {
  const applied = await scanList(scan, kind, undefined);
  return applied === undefined ? undefined : { known: applied.parents, whole: applied.unusable === 0 };
}

/** Below parents that are not known, nothing is asked and nothing is removed. */
async function scanBelow(scan: Scan, kind: InventoryKind, parents: Parents | undefined): Promise<void> {
  if (!parents?.whole) scan.unread.set(kind, `its ${factsOf(kind).parent.replace('_', ' ')}s could not be listed`);
  if (parents === undefined) return;
  const able = parents.known.filter((parent) => scannedKind(kind).canHave?.(parent) ?? true);
  await allEnded(able.map((parent) => scanList(scan, kind, parent)));
  scan.signal.throwIfAborted();
  if (!parents.whole) return;
  const ofProject = factsOf(kind).project === 'parent';
  // Kinds run beside each other: the sum is taken after the wait, or one would forget the other's.
  const gone = await scan.work.removeOrphans({
    kind,
    cluster: scan.cluster,
    asked: scan.began,
    at: scan.now(),
    parents: able.map(({ name, project_name }) => ({ name, project_name: ofProject ? project_name : undefined })),
  });
  scan.result.removed += gone;
}

/** One question and its rows. Undefined: it failed, and the problem is in the result. */
async function scanList(scan: Scan, kind: InventoryKind, parent: Parent | undefined): Promise<ApplyResult | undefined> {
  const { path, query } = listQuestion(kind, parent);
  const hold = scan.replies.hold();
  try {
    const { asked, reply } = await scan.inTurn(async () => ({
      asked: askStamp(),
      reply: await scan.ask(path, query, hold),
    }));
    scan.signal.throwIfAborted();
    // 404: this Incus does not have the kind, or the parent has just gone.
    const bytes = reply?.bytes ?? Buffer.from('{"metadata":[]}');
    const { cluster } = scan;
    const applied = await scan.work.applyList({
      rowKind: rowKindOf(kind),
      cluster,
      servers: scan.servers,
      parent,
      bytes,
      last_updated: scan.now(),
      asked,
    });
    if (applied.kind === 'applied') return count(scan, kind, parent, applied.result);
    addUnread(scan, kind, parent, `GET ${path}: the answer cannot be used: ${applied.reason}`);
  } catch (error) {
    scan.signal.throwIfAborted();
    addUnread(scan, kind, parent, error instanceof Error ? error.message : String(error));
  } finally {
    hold.end();
  }
  return undefined;
}

const objectsText = (count: number): string => (count === 1 ? 'one object' : `${count} objects`);

function addUnread(scan: Scan, kind: InventoryKind, parent: Parent | undefined, message: string): void {
  if (!scan.unread.has(kind)) scan.unread.set(kind, message);
  addProblem(scan, kind, parent, message);
}

function count(scan: Scan, kind: InventoryKind, parent: Parent | undefined, applied: ApplyResult): ApplyResult {
  for (const figure of ['added', 'changed', 'removed', 'unchanged'] as const) scan.result[figure] += applied[figure];
  for (const problem of applied.problems) addProblem(scan, kind, parent, problem);
  if (applied.unusable > 0)
    addUnread(
      scan,
      kind,
      parent,
      `${objectsText(applied.unusable)} in its list cannot be used, so nothing was removed`,
    );
  return applied;
}

const addProblem = (scan: Scan, kind: InventoryKind, parent: Parent | undefined, message: string): void => {
  scan.result.problems.push({ kind, ...(parent === undefined ? {} : { parent: parent.name }), message });
};
