import { setTimeout as pause } from 'node:timers/promises';
import { findDoubled } from './doubled.ts';
import { cluster } from './failure-case.ts';
import { awaitEnd, findChanges, findUnclustered } from './failure-table.ts';
import { readFleetCalls } from './fleet-calls.ts';
import { addCluster, standingsOf } from './story.ts';
import type { OpenTrio, Trio } from './trio.ts';

/** Where the daemon kills itself in a creation from three servers: `step:event:side`, as the environment has it. */
export const trioPoints = [
  'configure-services/server2:succeeded:before',
  'back-up-application/server2:succeeded:before',
  'set-addresses/server3:succeeded:before',
  'bootstrap/server1:started:after',
  'bootstrap/server1:succeeded:before',
  'join-member/server2:succeeded:before',
  'await-member/server2:succeeded:before',
  'join-member/server3:succeeded:before',
  'adopt:succeeded:before',
  'apply-application-config/network/default/meshbr0:succeeded:before',
  'apply-application-config/storage-volume/local/default/backups:succeeded:before',
  'first-inventory:started:after',
] as const;

export type TrioKillRow = { point: string; end: string; lost: string[]; doubled: string[]; seconds: number };

/** Kills a real daemon at each point of a creation, each in a world of its own, starts it again, and looks what is left. */
export async function runTrioKills(
  open: OpenTrio,
  report: (row: TrioKillRow) => void,
  points: readonly string[] = trioPoints,
): Promise<TrioKillRow[]> {
  const rows: TrioKillRow[] = [];
  for (const point of points) {
    // What reached a real server is known from our own log of calls.
    const trio = await open({ daemon: ['--log-level', 'DEBUG'] });
    try {
      const row = await killOnce(trio, point);
      rows.push(row);
      report(row);
    } finally {
      await trio.stop();
    }
  }
  return rows;
}

async function killOnce(trio: Trio, point: string): Promise<TrioKillRow> {
  const { daemon } = trio;
  const started = performance.now();
  const before = await standingsOf(trio);
  await daemon.stop();
  await daemon.restart({ OPERATIONS_CENTER_TEST: '1', OPERATIONS_CENTER_TEST_KILL: point });
  const adding = addCluster(trio, cluster);
  const code = await Promise.race([daemon.ended(), pause(60_000, 'alive' as const, { ref: false })]);
  if (code === 'alive') throw new Error(`the daemon did not meet ${point}`);
  await daemon.restart();
  await adding;
  const end = await awaitEnd(trio);
  const lost = end === 'stands' ? await findUnclustered(trio) : await findChanges(trio, before);
  const calls = readFleetCalls(daemon.log).map(({ status, ...call }, seq) => ({ ...call, seq, status: status ?? 599 }));
  return { point, end, lost, doubled: findDoubled(calls), seconds: (performance.now() - started) / 1000 };
}

export function trioKillsText(rows: readonly TrioKillRow[]): string {
  const count = (is: (row: TrioKillRow) => boolean): number => rows.filter(is).length;
  const sum = (of: (row: TrioKillRow) => readonly string[]): number =>
    rows.reduce((all, row) => all + of(row).length, 0);
  const counts = [
    `runs ${rows.length}`,
    `finished ${count(({ end }) => end === 'stands')}`,
    `undone ${count(({ end }) => end === 'never there')}`,
    `attention ${count(({ end }) => end === 'needs_attention')}`,
    `lost ${sum(({ lost }) => lost)}`,
    `doubled ${sum(({ doubled }) => doubled)}`,
  ];
  return [
    `${'killed at'.padEnd(84)}${'after the restart'.padEnd(20)}lost  doubled  seconds`,
    ...rows.map(
      ({ point, end, lost, doubled, seconds }) =>
        `${point.padEnd(84)}${end.padEnd(20)}${String(lost.length).padEnd(6)}${String(doubled.length).padEnd(9)}${seconds.toFixed(1)}`,
    ),
    counts.join(', '),
    ...rows.flatMap(({ point, lost, doubled }) => [...lost, ...doubled].map((why) => `WRONG: ${point}: ${why}`)),
  ].join('\n');
}
