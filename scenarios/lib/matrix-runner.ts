import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeCluster } from './matrix.ts';
import { creations } from './matrix-cases.ts';
import type { Made, MatrixWorld } from './matrix-world.ts';
import { root } from './programs.ts';

type Column = 'simulator' | 'real-incus';
type Verdicts = Record<string, 'passed' | 'FAILED'>;

/** The tiers run in processes of their own; each leaves its column for the other's table. */
const fileOf = (column: Column): string => join(root, 'node_modules/.cache/scenarios', `matrix-${column}.json`);

/** Makes every cluster of the matrix once and looks at it case by case; ends with the table of both worlds. */
export function runMatrix(column: Column, open: () => Promise<MatrixWorld & { stop(): Promise<void> }>): void {
  let world: (MatrixWorld & { stop(): Promise<void> }) | undefined;
  const verdicts: Verdicts = {};
  beforeAll(async () => {
    world = await open();
  });
  for (const creation of creations) {
    describe(`cluster ${creation.cluster}`, () => {
      let made: Made | undefined;
      test('is made by one command', async () => {
        if (world === undefined) throw new Error('there is no world');
        made = await makeCluster(world, creation);
        expect(made.ran).toMatchObject({ exit: 0, stdout: '' });
        expect(made.operation.metadata.status).toBe('finished');
      });
      test.each(creation.cases)('%s', async (name, check) => {
        verdicts[name] = 'FAILED';
        expect.hasAssertions();
        if (made === undefined) throw new Error('the cluster was not made');
        await check(made);
        verdicts[name] = 'passed';
      });
      afterAll(() => made?.eyes.close());
    });
  }
  afterAll(async () => {
    mkdirSync(join(fileOf(column), '..'), { recursive: true });
    writeFileSync(fileOf(column), JSON.stringify(verdicts));
    process.stdout.write(tableOf(readColumn('simulator'), readColumn('real-incus')));
    await world?.stop();
  });
}

function readColumn(column: Column): Verdicts {
  try {
    return JSON.parse(readFileSync(fileOf(column), 'utf8')) as Verdicts;
  } catch {
    return {};
  }
}

function tableOf(simulator: Verdicts, real: Verdicts): string {
  const rows = creations.flatMap(({ cases }) =>
    cases.map(([name]) => [name, simulator[name] ?? 'not run', real[name] ?? 'not run'] as const),
  );
  const width = Math.max(...rows.map(([name]) => name.length));
  const lines = [['case', 'simulator', 'real Incus'] as const, ...rows].map(
    ([name, left, right]) => `${name.padEnd(width)} | ${left.padEnd(9)} | ${right}`,
  );
  return `\n${lines.join('\n')}\n\n`;
}
