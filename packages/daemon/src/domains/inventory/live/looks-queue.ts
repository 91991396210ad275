import type { InventoryKind } from '@operations-center/contract';
import type { Beside, Look, ObjectPlace } from './object-place.ts';

export type LooksParts = {
  /** Looks at one object; what it gives back is looked at next. */
  lookAt(place: ObjectPlace, beside: Beside | undefined): Promise<readonly Look[]>;
  /** Reads the kinds that `take` gives when it begins, or everything. */
  scan(take: () => readonly InventoryKind[] | 'everything'): Promise<void>;
  /** A look failed for good: what follows from it is lost. */
  onLost(error: unknown): void;
  /** Events of one object come in bursts: so long they are waited for. */
  settleMs?: number;
  objectsAtOnce?: number;
  /** More objects of one kind than this are not looked at one by one. */
  mostObjects?: number;
};

/** What is still to be looked at in one cluster, each thing once, however many events speak of it. */
export type LooksQueue = {
  add(looks: readonly Look[]): void;
  /** Waiting and running. */
  size(): number;
  /** Begins nothing any more; resolves when no look is under way, so that none stores anything later. */
  stop(): Promise<void>;
};

type Entry = { place: ObjectPlace; beside: Beside | undefined; due: number };

export function makeLooksQueue(parts: LooksParts): LooksQueue {
  const { settleMs = 50, objectsAtOnce = 4, mostObjects = 500 } = parts;
  const waiting = new Map<string, Entry>();
  const perKind = new Map<InventoryKind, number>();
  const running = new Map<string, Promise<void>>();
  let lists: Set<InventoryKind> | 'everything' = new Set();
  let scanning = false;
  let over = false;
  let timer: NodeJS.Timeout | undefined;

  /** A list that is still to be read will have it. */
  const isCovered = (kind: InventoryKind): boolean => lists === 'everything' || lists.has(kind);

  function count(kind: InventoryKind, by: number): number {
    const now = (perKind.get(kind) ?? 0) + by;
    perKind.set(kind, now);
    return now;
  }

  function addObject(place: ObjectPlace, beside: Beside | undefined): void {
    // What stands beside an object is found by looking at it, never by a list.
    if (beside === undefined && isCovered(place.kind)) return;
    const key = keyOf(place);
    const known = waiting.get(key);
    if (known !== undefined) known.beside ??= beside;
    else {
      waiting.set(key, { place, beside, due: performance.now() + settleMs });
      if (count(place.kind, 1) > mostObjects) addList(place.kind);
    }
  }

  function addList(kind: InventoryKind): void {
    if (lists === 'everything') return;
    lists.add(kind);
    let besides = false;
    for (const [key, { place, beside }] of waiting) {
      if (place.kind !== kind) continue;
      besides ||= beside !== undefined;
      waiting.delete(key);
      count(kind, -1);
    }
    if (besides) lists.add(kind === 'instance' ? 'storage_volume' : 'instance');
  }

  function addEverything(): void {
    lists = 'everything';
    waiting.clear();
    perKind.clear();
  }

  function pump(): void {
    clearTimeout(timer);
    if (over) return;
    if (!scanning && (lists === 'everything' || lists.size > 0)) void runScan();
    for (const [key, entry] of waiting) {
      if (running.size >= objectsAtOnce) return;
      // It is looked at again when this look, which may have come too early, has ended.
      if (running.has(key)) continue;
      const left = entry.due - performance.now();
      if (left > 0) {
        timer = setTimeout(pump, left);
        return;
      }
      waiting.delete(key);
      count(entry.place.kind, -1);
      running.set(key, runLook(key, entry));
    }
  }

  async function runLook(key: string, { place, beside }: Entry): Promise<void> {
    try {
      const next = await parts.lookAt(place, beside);
      if (!over) add(next);
    } catch (error) {
      lose(error);
    } finally {
      running.delete(key);
      pump();
    }
  }

  async function runScan(): Promise<void> {
    scanning = true;
    const take = () => {
      const taken = lists === 'everything' ? lists : [...lists];
      lists = new Set();
      return taken;
    };
    try {
      await parts.scan(take);
    } catch (error) {
      lose(error);
    } finally {
      scanning = false;
      pump();
    }
  }

  function lose(error: unknown): void {
    if (over) return;
    over = true;
    parts.onLost(error);
  }

  function add(looks: readonly Look[]): void {
    for (const look of looks) {
      if (look.look === 'object') addObject(look.place, look.beside);
      else if (look.look === 'kind') addList(look.kind);
      else if (look.look === 'everything') addEverything();
    }
    pump();
  }

  return {
    add,
    size: () => waiting.size + running.size + (scanning || lists === 'everything' ? 1 : lists.size),
    async stop() {
      over = true;
      clearTimeout(timer);
      await Promise.all(running.values());
    },
  };
}

const keyOf = ({ kind, project_name, parent_name, server, type, name }: ObjectPlace): string =>
  JSON.stringify([kind, project_name, parent_name, server, type, name]);
