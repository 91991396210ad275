import { choosePoints, type KillPoint, type KillWay } from './kill-points.ts';
import { seededNumbers } from './random.ts';
import type { Mishap } from './simulated-fleet.ts';

/** Everything that goes wrong around one creation by a real daemon. The same seed gives the same storm. */
export type Storm = {
  seed: number;
  /** In turn: each life of the daemon ends there, if it comes there. */
  kills: readonly KillPoint[];
  /** `{1}` stands for the first server. */
  mishaps: readonly Mishap[];
  /** What a server does wrong until a person looks. */
  fault: KillWay['fault'];
  /** When the journal holds so many records: a server loses its power, and gets it back. */
  powerCut: { server: string; atRecord: number } | undefined;
  /** When the journal holds so many records: the disk of the daemon fills up, and is cleared. */
  fullDisk: { atRecord: number } | undefined;
  /** By restart: how far the clock is moved. */
  jumps: readonly number[];
  choices: readonly ('retry' | 'undo')[];
};

type Call = { method: string; path: string; on: readonly number[] };

const calls: readonly Call[] = [
  { method: 'GET', path: '/1.0', on: [1, 2, 3] },
  { method: 'PUT', path: '/1.0', on: [1, 2, 3] },
  { method: 'PUT', path: '/os/1.0/services/lvm', on: [1, 2, 3] },
  { method: 'PUT', path: '/os/1.0/services/nvme', on: [1, 2, 3] },
  { method: 'POST', path: '/os/1.0/applications/incus/:backup', on: [1, 2, 3] },
  { method: 'POST', path: '/os/1.0/applications/incus/:restore', on: [1, 2, 3] },
  { method: 'PUT', path: '/1.0/cluster', on: [1, 2, 3] },
  { method: 'POST', path: '/1.0/cluster/members', on: [1] },
  { method: 'GET', path: '/1.0/cluster/members/{2}', on: [1] },
  { method: 'GET', path: '/1.0/cluster/members', on: [1] },
  { method: 'GET', path: '/1.0/operations', on: [1, 2, 3] },
  { method: 'POST', path: '/1.0/projects', on: [1] },
  { method: 'POST', path: '/1.0/storage-pools', on: [1] },
  { method: 'POST', path: '/1.0/networks', on: [1] },
  { method: 'DELETE', path: '/1.0/storage-pools/local', on: [1] },
  { method: 'DELETE', path: '/1.0/networks/meshbr0', on: [1] },
];

/** A change that is never answered is given up after minutes: only questions are met with silence here. */
const ofChanges = ['cut-before', 'cut-after', 'garbage', 'busy', 'slow'];
const ofQuestions = [...ofChanges, 'silent-before', 'silent-after'];

const faults: readonly NonNullable<KillWay['fault']>[] = [
  { name: 'bootstrap-fails', server: '{1}' },
  { name: 'join-fails', server: '{2}' },
  { name: 'join-fails', server: '{3}' },
  { name: 'services-put-fails', server: '{2}', argument: 'nvme' },
  { name: 'preseed-item-fails', server: '{1}', argument: 'logs' },
];

const minute = 60_000;
const jumps = [90 * minute, -20 * minute, 20_000];

export function makeStorm(seed: number, points: readonly KillPoint[]): Storm {
  const random = seededNumbers(seed);
  const below = (count: number): number => Math.floor(random() * count);
  const mishap = (): Mishap => {
    const call = calls[below(calls.length)] ?? { method: 'GET', path: '/1.0', on: [1] };
    const kinds = call.method === 'GET' ? ofQuestions : ofChanges;
    const what = kinds[below(kinds.length)] ?? 'busy';
    const { method, path } = call;
    return { server: `{${call.on[below(call.on.length)] ?? 1}}`, method, path, nth: 1 + below(3), what };
  };
  return {
    seed,
    mishaps: Array.from({ length: 1 + below(4) }, mishap),
    kills: choosePoints(points, below(3), random),
    fault: random() < 0.4 ? faults[below(faults.length)] : undefined,
    powerCut: random() < 0.3 ? { server: `{${1 + below(3)}}`, atRecord: 1 + below(70) } : undefined,
    fullDisk: random() < 0.3 ? { atRecord: 1 + below(60) } : undefined,
    jumps: Array.from({ length: 3 }, () => (random() < 0.5 ? (jumps[below(jumps.length)] ?? 0) : 0)),
    choices: Array.from({ length: 12 }, () => (random() < 0.5 ? 'retry' : 'undo')),
  };
}
