import type { Fault, LoggedRequest, Mishap, MishapName } from '../../packages/simulator/src/index.ts';
import { MISHAPS } from '../../packages/simulator/src/index.ts';
import { choosePoints } from '../../scenarios/lib/kill-points.ts';
import { seededNumbers } from '../../scenarios/lib/random.ts';

/** Everything that will go wrong in one creation, at logical moments: the same seed gives the same schedule. */
export type Schedule = {
  seed: number;
  /** By life of the daemon: it dies at the n-th crash point that it passes. */
  crashes: readonly number[];
  mishaps: readonly Mishap[];
  /** What a server does wrong until a person looks: it sends the creation back. */
  fault: Fault | undefined;
  /** By restart: how far the clock is moved, in milliseconds. */
  jumps: readonly number[];
  /** Records that the disk refuses: from the n-th on, so many. */
  fullDisk: { from: number; count: number } | undefined;
  /** What a person chooses when the operation asks, in turn. */
  choices: readonly ('retry' | 'undo')[];
};

export type Call = Pick<LoggedRequest, 'server' | 'method' | 'path'>;

const names = Object.keys(MISHAPS) as MishapName[]; // the keys of that very object
const minute = 60_000;
/** Past the hour after which nothing goes on by itself, behind what was written, and a trifle. */
const jumps = [90 * minute, -20 * minute, 20_000];

const faults: readonly Fault[] = [
  { name: 'bootstrap-fails', server: 'server1' },
  { name: 'join-fails', server: 'server2' },
  { name: 'join-fails', server: 'server3' },
  { name: 'services-put-fails', server: 'server2', arg: 'nvme' },
  { name: 'preseed-item-fails', server: 'server1', arg: 'logs' },
  { name: 'preseed-item-fails', server: 'server1', arg: 'meshbr0' },
];

export function makeSchedule(seed: number, calls: readonly Call[]): Schedule {
  const random = seededNumbers(seed);
  const upTo = (most: number): number => Math.floor(random() * (most + 1));
  const chosen = choosePoints(calls, 1 + upTo(4), random);
  return {
    seed,
    crashes: Array.from({ length: upTo(3) }, () => 1 + upTo(80)),
    mishaps: chosen.map(({ server, method, path }) => ({
      server,
      method,
      path,
      nth: 1 + upTo(1),
      what: names[upTo(names.length - 1)] ?? 'busy',
    })),
    fault: random() < 0.5 ? faults[upTo(faults.length - 1)] : undefined,
    jumps: Array.from({ length: 3 }, () => (random() < 0.4 ? (jumps[upTo(jumps.length - 1)] ?? 0) : 0)),
    fullDisk: random() < 0.3 ? { from: 1 + upTo(60), count: 1 + upTo(3) } : undefined,
    choices: Array.from({ length: 12 }, () => (random() < 0.5 ? 'retry' : 'undo')),
  };
}

/** What a mishap can befall: every call of an undisturbed creation and of its undo, but for the looks that go on and on. */
export function callsOf(requests: readonly LoggedRequest[]): Call[] {
  const calls = new Map<string, Call>();
  for (const { server, method, path } of requests) {
    if (path.startsWith('/1.0/operations/')) continue;
    calls.set(`${server} ${method} ${path}`, { server, method, path });
  }
  return [...calls.keys()].sort().flatMap((key) => calls.get(key) ?? []);
}
