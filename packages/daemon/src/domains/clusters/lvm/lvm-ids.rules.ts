import type { Allotment, LvmId, LvmSeen } from './lvm-id.ts';

export const lvmRange = { smallest: 1, largest: 2000 };

/** What a look changes. `lookedAt` is when it began: what was allotted since is not touched. */
export function noteSeen(
  taken: readonly LvmId[],
  seen: readonly LvmSeen[],
  lookedAt: number,
): { freed: readonly LvmId[]; found: readonly LvmId[] } {
  const byMachine = Map.groupBy(taken, (entry) => entry.machine);
  const freed: LvmId[] = [];
  const found: LvmId[] = [];
  for (const look of seen) {
    const own = byMachine.get(look.machine) ?? [];
    // An enabled lvm keeps what it started with until it is reset, whatever its configuration says by now.
    if (!look.enabled) {
      freed.push(...own.filter((one) => one.id !== look.id && one.held_by === null && one.changed_at < lookedAt));
    }
    if (look.id !== 0 && !own.some((entry) => entry.id === look.id)) {
      found.push({ machine: look.machine, id: look.id, server: look.server, held_by: null, changed_at: lookedAt });
    }
  }
  return { freed, found };
}

/**
 * An id for each machine, in order: its own if lvm is enabled on it, else the one that is held for it, else the smallest
 * that no other machine has.
 * `exhausted` names the first one that gets none, `shared` two of them that are enabled with one id.
 */
export function allotLvmIds(
  taken: readonly LvmId[],
  wanted: readonly LvmSeen[],
  held: readonly Allotment[] = [],
): { ids: Allotment[] } | { exhausted: string } | { shared: { id: number; servers: readonly [string, string] } } {
  const owners = new Map<number, Set<string>>();
  const own = (id: number, machine: string) => owners.set(id, (owners.get(id) ?? new Set()).add(machine));
  for (const entry of taken) own(entry.id, entry.machine);
  const keeps = (look: LvmSeen) => look.enabled && look.id >= lvmRange.smallest && look.id <= lvmRange.largest;
  const kept = new Map<number, string>();
  for (const look of wanted.filter(keeps)) {
    const other = kept.get(look.id);
    if (other !== undefined) return { shared: { id: look.id, servers: [other, look.server] } };
    kept.set(look.id, look.server);
    own(look.id, look.machine);
  }
  const ids: Allotment[] = [];
  for (const look of wanted) {
    const mine = held.find(({ machine }) => machine === look.machine)?.id;
    const isMine = mine !== undefined && isFree(owners, mine, look.machine);
    const id = keeps(look) ? look.id : isMine ? mine : smallestFree(owners, look.machine);
    if (id === undefined) return { exhausted: look.server };
    own(id, look.machine);
    ids.push({ machine: look.machine, server: look.server, id });
  }
  return { ids };
}

type Owners = ReadonlyMap<number, ReadonlySet<string>>;

function smallestFree(owners: Owners, machine: string): number | undefined {
  for (let id = lvmRange.smallest; id <= lvmRange.largest; id += 1) {
    if (isFree(owners, id, machine)) return id;
  }
  return undefined;
}

function isFree(owners: Owners, id: number, machine: string): boolean {
  const machines = owners.get(id);
  return machines === undefined || (machines.size === 1 && machines.has(machine));
}
