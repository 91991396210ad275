import { failureCases, mishaps } from '../../scenarios/lib/failure-cases.ts';
import { type FailureRow, runFailureTable } from '../../scenarios/lib/failure-table.ts';
import { type OpenTrio, simulatedTrio } from '../../scenarios/lib/trio.ts';
import type { Line, Proof, Section, Size } from './section.ts';

export const failures: Section = {
  name: 'failures',
  title: 'The failure table, simulated',
  about:
    'Each thing that made the program we are compatible with lose a cluster’s name or its servers, made to happen on three simulated servers. *Name free, servers reusable* is shown by making the cluster again with the same words.',
  prove: async (size) => proofOf(await failureRows(simulatedTrio, size, size.quick ? 4 : undefined)),
};

export function failureRows(open: OpenTrio, size: Size, count: number | undefined): Promise<FailureRow[]> {
  const cases = [...failureCases, ...mishaps].slice(0, count);
  return runFailureTable(open, ({ what, end }) => size.say(`${what}: ${end}`), cases);
}

export function proofOf(rows: readonly FailureRow[]): Proof {
  const notes = [
    '| what | ends | name free | servers reusable | in OC 0.8.1: name free; servers reusable |',
    '|---|---|---|---|---|',
    ...rows.map(({ what, end, nameFree, reusable, in_oc }) =>
      `| ${what} | ${end} | ${nameFree} | ${reusable} | ${in_oc.join('; ')} |`.replaceAll('`', ''),
    ),
  ];
  return {
    lines: [failureLine('failures', rows)],
    notes,
    wrong: rows.flatMap(({ what, wrong }) => wrong.map((why) => `${what}: ${why}`)),
  };
}

export const failureLine = (what: string, rows: readonly FailureRow[]): Line => {
  const count = (is: (row: FailureRow) => boolean): number => rows.filter(is).length;
  return {
    what,
    runs: rows.length,
    finished: count(({ end }) => end === 'stands'),
    undone: count(({ end }) => end === 'never there'),
    attention: count(({ end }) => end === 'needs_attention'),
    lost: count(({ wrong }) => wrong.length > 0),
    doubled: 0,
    left: 0,
    seconds: rows.reduce((sum, row) => sum + row.seconds, 0),
  };
};
