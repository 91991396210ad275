import { afterAll, expect, test } from 'vitest';
import { everyRun } from '../lib/failure-cases.ts';
import { type FailureRow, failureTableText, runFailureTable } from '../lib/failure-table.ts';
import { realTrio } from '../lib/trio.ts';

const rows: FailureRow[] = [];
afterAll(() => void process.stdout.write(`\n${failureTableText(rows)}\n`));

test.each(everyRun.map((failure) => [failure.what, failure] as const))('%s', async (_, failure) => {
  const [row] = await runFailureTable(realTrio, (made) => rows.push(made), [failure]);
  expect(row).toMatchObject({ wrong: [] });
});
