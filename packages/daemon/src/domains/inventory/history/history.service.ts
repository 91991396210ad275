import { Fault, type InventoryChange, type InventoryKind } from '@operations-center/contract';
import type { Clock } from '../../../platform/clock.ts';
import type { InventoryDatabase } from '../../../schema.ts';
import { readUuid } from '../inventory.rules.ts';
import type { InventoryWork } from '../threads/inventory-work.store.ts';
import { askedTime } from './as-of.rules.ts';
import type { DiffWindow } from './diff.ts';
import type { DiffTotal } from './diff-totals.store.ts';
import { readDiffCursor, readHistoryCursor, toDiffCursor, toHistoryCursor } from './history-cursor.rules.ts';
import { microseconds, stampOf } from './microseconds.ts';
import { kindsOf } from './object-history.store.ts';
import type { KeptVersions } from './prune.store.ts';
import { keptSince } from './versions.store.ts';

/** How much of what was may be kept. */
export type KeptHistory = { days: number; bytes: number };
type Page = { changes: InventoryChange[]; cursor: string | null };
type Asked = { from: string; to?: string | undefined; cluster?: string | undefined; kind?: InventoryKind | undefined };

export type HistoryService = {
  /** The microsecond that is asked for; throws if nothing is known of it. */
  readTime(text: string): Promise<number>;
  usage(): Promise<KeptVersions & { allowed: KeptHistory }>;
  ofObject(
    uuid: string,
    ask: { kind?: InventoryKind | undefined; cursor?: string | undefined; limit: number },
  ): Promise<Page>;
  diff(ask: Asked & { cursor?: string | undefined; limit: number }): Promise<Page & { from: string; to: string }>;
  totals(ask: Asked): Promise<{ from: string; to: string; kinds: DiffTotal[] }>;
  /** Forgets a bounded part of what is too much. */
  prune(): Promise<void>;
};

export type HistoryParts = {
  database: InventoryDatabase;
  work: Pick<InventoryWork, 'pruneHistory'>;
  pages: Pick<InventoryWork, 'countVersions' | 'readDiff' | 'countDiff' | 'readHistory'>;
  kept(): KeptHistory;
  clock: Clock;
};

const dayUs = 86_400_000_000;
/** What is measured costs a look at an index of all versions. */
const pruneEveryMs = 60_000;

export function makeHistoryService({ database, work, pages, kept, clock }: HistoryParts): HistoryService {
  let prunedMs = 0;
  const nowUs = (): number => clock.nowMs() * 1_000;

  async function readTime(text: string): Promise<number> {
    return askedTime(text, clock.nowMs(), await keptSince(database));
  }

  async function readWindow({ from, to, cluster, kind }: Asked): Promise<DiffWindow> {
    const window = { from: await readTime(from), to: to === undefined ? nowUs() : await readTime(to), cluster, kind };
    if (window.from <= window.to) return window;
    throw new Fault('inventory_time_invalid', `Bad times: ${from} is after ${to ?? 'now'}`, {
      hint: 'Give the earlier time as `from`.',
    });
  }

  return {
    readTime,
    usage: async () => ({ ...(await pages.countVersions({})), allowed: kept() }),
    async ofObject(given, { kind: wanted, cursor, limit }) {
      const uuid = readUuid(given);
      const kind = wanted ?? (await onlyKindOf(database, uuid));
      const before = cursor === undefined ? undefined : readHistoryCursor(cursor, { kind, uuid });
      const { changes, next } = await pages.readHistory({ kind, uuid, before, limit });
      if (changes.length === 0 && before === undefined && !(await kindsOf(database, uuid)).includes(kind))
        throw new Fault('inventory_object_not_found', 'Not found');
      return { changes, cursor: next === undefined ? null : toHistoryCursor(kind, uuid, next) };
    },
    async diff({ cursor, limit, ...asked }) {
      const to = asked.to === undefined ? undefined : microseconds(asked.to);
      const goOn =
        cursor === undefined ? undefined : readDiffCursor(cursor, { ...asked, from: microseconds(asked.from), to });
      const window = await readWindow(goOn === undefined ? asked : { ...asked, to: stampOf(goOn.to) });
      const { changes, next } = await pages.readDiff({ ...window, after: goOn?.after, limit });
      const times = { from: stampOf(window.from), to: stampOf(window.to) };
      return { ...times, changes, cursor: next === undefined ? null : toDiffCursor(window, next) };
    },
    async totals(asked) {
      const window = await readWindow(asked);
      return { from: stampOf(window.from), to: stampOf(window.to), kinds: await pages.countDiff(window) };
    },
    async prune() {
      if (clock.nowMs() - prunedMs < pruneEveryMs) return;
      prunedMs = clock.nowMs();
      const { days, bytes } = kept();
      await work.pruneHistory({ before: nowUs() - days * dayUs, allowed: bytes });
    },
  };
}

async function onlyKindOf(database: InventoryDatabase, uuid: string): Promise<InventoryKind> {
  const [kind, ...others] = await kindsOf(database, uuid);
  if (kind === undefined) throw new Fault('inventory_object_not_found', 'Not found');
  if (others.length === 0) return kind;
  throw new Fault('inventory_kind_ambiguous', `${uuid} is of several kinds: ${[kind, ...others].join(', ')}`);
}
