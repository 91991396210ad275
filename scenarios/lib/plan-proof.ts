import { isDeepStrictEqual } from 'node:util';
import type { ClusterPlan, PlannedCall } from '@operations-center/contract';
import type { Daemon } from './daemon.ts';
import type { FleetCall } from './fleet-calls.ts';

type Step = { key: string; already: boolean };
/** A call of the plan, the step it belongs to, and what the server received for it. */
type Pairing = { step: string; planned: PlannedCall; received: readonly FleetCall[] };

export type PlanProof = {
  /** What a server received and the plan does not have. */
  unplanned: string[];
  /** What the plan has, nobody received, and no step calls "already so". */
  missing: string[];
  /** Pairs that came against the order of the plan. */
  disorder: string[];
  /** How many pairs had an order. */
  ordered: number;
};

/** Compares the changing calls that servers received with those of a plan, as a partial order (engineering E9). */
export function provePlan(plan: ClusterPlan, calls: readonly FleetCall[], steps: readonly Step[]): PlanProof {
  const pairings = plan.steps.flatMap((step) =>
    step.calls.map((planned) => ({ step: step.key, planned, received: [] as FleetCall[] })),
  );
  const unplanned = calls.filter((call) => {
    const free = pairings.filter(({ planned }) => isCall(planned, call));
    const pairing = free.find(({ received }) => received.length === 0) ?? free.find(mayComeAgain);
    pairing?.received.push(call);
    return pairing === undefined;
  });
  const already = new Set(steps.flatMap((step) => (step.already ? [step.key] : [])));
  const missing = pairings.filter(({ step, received }) => received.length === 0 && !already.has(step));
  const pairs = orderedPairs(plan, pairings);
  return {
    unplanned: unplanned.map(tell),
    missing: missing.map(({ planned }) => tell(planned)),
    disorder: pairs.filter(([first, second]) => !isBefore(first, second)).map(([, second]) => tell(second.call)),
    ordered: pairs.length,
  };
}

/** A backup that was torn is asked for again. */
const mayComeAgain = ({ planned }: Pairing): boolean => planned.path.endsWith('/:backup');

const isCall = (planned: PlannedCall, { server, method, path, body }: FleetCall): boolean =>
  planned.server === server && planned.method === method && planned.path === path && fits(planned.body, body ?? null);

/** `${…}` stands for anything, `"..."` for whatever else is there. */
function fits(pattern: unknown, value: unknown): boolean {
  if (typeof pattern === 'string' && /^\$\{.+\}$/s.test(pattern)) return true;
  if (Array.isArray(pattern)) {
    return Array.isArray(value) && pattern.length === value.length && pattern.every((one, at) => fits(one, value[at]));
  }
  if (typeof pattern !== 'object' || pattern === null) return isDeepStrictEqual(pattern, value);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const { '...': rest, ...named } = pattern as Record<string, unknown>;
  const given = value as Record<string, unknown>;
  return (
    Object.entries(named).every(([key, inner]) => key in given && fits(inner, given[key])) &&
    (rest !== undefined || Object.keys(given).every((key) => key in named))
  );
}

type Placed = { step: string; index: number; call: FleetCall };

/** Steps that follow each other, and the calls of one step as they are listed, if they go out so. */
function orderedPairs(plan: ClusterPlan, pairings: readonly Pairing[]): [Placed, Placed][] {
  const placed = pairings.flatMap(({ step, received }, index) => received.map((call) => ({ step, index, call })));
  const before = ancestorsOf(plan);
  const beside = new Set(plan.steps.flatMap(({ key, in_order }) => (in_order ? [] : [key])));
  return placed.flatMap((second) =>
    placed.flatMap((first): [Placed, Placed][] => {
      const sameStep = first.step === second.step && first.index < second.index && !beside.has(first.step);
      return sameStep || before.get(second.step)?.has(first.step) === true ? [[first, second]] : [];
    }),
  );
}

function ancestorsOf({ steps }: ClusterPlan): Map<string, Set<string>> {
  const all = new Map<string, Set<string>>();
  for (const { key, after } of steps) {
    all.set(key, new Set(after.flatMap((parent) => [parent, ...(all.get(parent) ?? [])])));
  }
  return all;
}

/** The log has whole milliseconds. */
const roundingMs = 2;

const isBefore = (first: Placed, second: Placed): boolean =>
  first.call.at + first.call.ms <= second.call.at + roundingMs;

const tell = ({ server, method, path, body }: Pick<FleetCall, 'server' | 'method' | 'path' | 'body'>): string =>
  `${server} ${method} ${path} ${JSON.stringify(body ?? null)}`;

/** The steps of the creation that was begun last. */
export async function stepsOfLast(daemon: Daemon): Promise<readonly Step[]> {
  const list = await daemon.client('operations_list', { query: { recursion: '1', workflow: 'create-cluster' } });
  if (list.kind !== 'ok') throw new Error('no list of operations');
  const [operation] = Object.values(list.metadata).flat();
  if (operation === undefined || typeof operation === 'string') throw new Error('no operation');
  return operation.metadata.steps;
}
