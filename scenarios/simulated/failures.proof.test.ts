import { afterAll, test } from 'vitest';
import { failureCases, mishaps } from '../lib/failure-cases.ts';
import { type FailureRow, failureTableText, runFailureTable } from '../lib/failure-table.ts';
import { simulatedTrio } from '../lib/trio.ts';

const cases = [...failureCases, ...mishaps];
const rows = new Map<string, FailureRow>();
afterAll(() => {
  const inOrder = cases.flatMap(({ what }) => rows.get(what) ?? []);
  process.stdout.write(`\n${failureTableText(inOrder)}\n`);
});

// Two at a time: most of each is waiting for a server.
test.concurrent.for(cases.map((failure) => [failure.what, failure] as const))(
  '%s',
  async ([what, failure], { expect }) => {
    const [row] = await runFailureTable(simulatedTrio, (made) => rows.set(what, made), [failure]);
    expect(row).toMatchObject({ wrong: [] });
  },
);
