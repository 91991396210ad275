import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { readPostgres } from '@operations-center/database/testing/postgres';
import type { Daemon } from './daemon.ts';
import type { Query } from './rows-left.ts';
import type { SimulatedFleet, SimulatedServer } from './simulated-fleet.ts';

/** Where a creation is sent: to its end, or back from what a fault lets fail. `{1}` stands for its first server. */
export type KillWay = {
  name: string;
  ends: 'finished' | 'undone';
  fault?: { name: string; server: string; argument?: string };
};

/** A record of the journal, and the side of it on which the daemon kills itself. */
export type KillPoint = { way: KillWay; step: string; event: string; side: 'before' | 'after' };

export const forward: KillWay = { name: 'forward', ends: 'finished' };

const fromAnItem = 'back from an item';

/** From nearly nothing, from the middle of the joins, and from the items of a whole cluster. */
export const waysBack = (members: number): KillWay[] => [
  { name: 'back from the bootstrap', ends: 'undone', fault: { name: 'bootstrap-fails', server: '{1}' } },
  ...(members > 1
    ? [
        {
          name: 'back from the last join',
          ends: 'undone',
          fault: { name: 'join-fails', server: `{${members}}` },
        } as const,
      ]
    : []),
  {
    name: fromAnItem,
    ends: 'undone',
    fault: { name: 'preseed-item-fails', server: '{1}', argument: 'logs' },
  },
];

export async function setFault(fleet: SimulatedFleet, way: KillWay, set: readonly SimulatedServer[]): Promise<void> {
  if (way.fault !== undefined) await fleet.setFault(way.fault.name, named(way.fault.server, set), way.fault.argument);
}

export async function clearFault(fleet: SimulatedFleet, way: KillWay, set: readonly SimulatedServer[]): Promise<void> {
  if (way.fault !== undefined) await fleet.clearFault(way.fault.name, named(way.fault.server, set));
}

/** What the crash point is called for these servers (engineering E13). */
export const hookOf = ({ step, event, side }: KillPoint, set: readonly SimulatedServer[]): string =>
  `${named(step, set)}:${event}:${side}`;

export const named = (text: string, set: readonly SimulatedServer[]): string =>
  text.replace(/\{(\d)\}/, (_, place: string) => set[Number(place) - 1]?.name ?? '');

/** The other way round: what a record of these servers is called for any. */
function unnamed(step: string, set: readonly SimulatedServer[]): string {
  const [name, target] = step.split(/\/(.*)/s);
  const place = set.findIndex((server) => server.name === target);
  return place < 0 ? step : `${name}/{${place + 1}}`;
}

/** Every record of a creation that was not disturbed, before and after; tries that failed for a moment left out. */
export async function readPoints(
  query: Query,
  operation: string,
  way: KillWay,
  set: readonly SimulatedServer[],
): Promise<KillPoint[]> {
  const records = await query<{ step: string; event: string }>(
    `select step, event from operation_steps where operation = '${operation}' order by seq`,
  );
  const all = [...records, { step: 'operation', event: way.ends }].filter(({ event }) => event !== 'undo_failed');
  // Sorted, because steps beside each other take turns by chance: a seed must choose the same points each time.
  const keys = [...new Set(all.map(({ step, event }) => `${unnamed(step, set)}:${event}`))].sort();
  return keys.flatMap((key) =>
    (['before', 'after'] as const).map((side) => {
      const at = key.lastIndexOf(':');
      return { way, step: key.slice(0, at), event: key.slice(at + 1), side };
    }),
  );
}

/** Each step once, where most could go wrong: what it did is there and its record is not; on the way forward and back from the end. */
export const oncePerStep = (points: readonly KillPoint[]): KillPoint[] =>
  points.filter(
    ({ way, event, side }) =>
      side === 'before' &&
      ((way.name === forward.name && event === 'succeeded') || (way.name === fromAnItem && event === 'undone')),
  );

export function choosePoints<T>(points: readonly T[], count: number, random: () => number): T[] {
  const left = [...points];
  const chosen = Array.from({ length: Math.min(count, left.length) }, () =>
    left.splice(Math.floor(random() * left.length), 1),
  );
  return chosen.flat();
}

/** Reads the database of a daemon beside it, or after its death. */
export function queryOf(daemon: Daemon): Query {
  const url = postgresUrlOf(daemon);
  if (url !== undefined) return (text) => readPostgres(url, text);
  return (text) => {
    const database = new DatabaseSync(join(daemon.directory, 'operations-center.db'), { readOnly: true });
    try {
      return database.prepare(text).all() as never; // the caller names the columns it asked for
    } finally {
      database.close();
    }
  };
}

function postgresUrlOf({ directory }: Daemon): string | undefined {
  const file = join(directory, 'daemon.yml');
  return existsSync(file) ? /^\s*url: (\S+)$/m.exec(readFileSync(file, 'utf8'))?.[1] : undefined;
}
