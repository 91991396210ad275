import { afterAll, expect, test } from 'vitest';
import { failureCases, mishaps } from '../lib/failure-cases.ts';
import { type FailureRow, failureTableText, runFailureTable } from '../lib/failure-table.ts';
import { simulatedTrio } from '../lib/trio.ts';

const rows: FailureRow[] = [];
afterAll(() => void process.stdout.write(`\n${failureTableText(rows)}\n`));

test.each([...failureCases, ...mishaps].map((failure) => [failure.what, failure] as const))(
  '%s',
  async (_, failure) => {
    const [row] = await runFailureTable(simulatedTrio, (made) => rows.push(made), [failure]);
    expect(row).toMatchObject({ wrong: [] });
  },
);
