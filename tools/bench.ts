/**
 * `npm run bench [-- NAME…] [--quick]`: measures the real programs over the wire and prints one table beside the
 * figures of OC, the floor of the same run and our targets. docs/benchmarks.md says how to read it.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { largestFrames, profilerOptions } from './bench/profile.ts';
import type { Bench, Figure, Row } from './bench/row.ts';
import { tableOf } from './bench/table.ts';
import { readCommandLine, refuseWords } from './command-line.ts';

const [first, ...rest] = process.argv.slice(2);
if (first === 'child:load') await (await import('./bench/load-child.ts')).runLoadChild();
else if (first === 'child:content') await (await import('./bench/content.ts')).runContentChild(Number(rest[0]));
else if (first === 'child:history') await (await import('./bench/history-child.ts')).runHistoryChild(Number(rest[0]));
else if (first === 'child:instance-lists')
  await (await import('./bench/instance-lists.ts')).runInstanceListsChild(Number(rest[0]), rest[1] ?? '');
else if (first === 'child:inventory')
  await (await import('./bench/inventory-child.ts')).runInventoryChild(Number(rest[0]), rest[1] ?? '');
else if (first === 'child:floor')
  await (await import('./bench/floor-server.ts')).runFloorServer(rest[0] ?? '', rest[1] ?? '', Number(rest[2]));
else process.exitCode = await main();

async function main(): Promise<number> {
  const all = (await import('./bench/rows.ts')).rows;
  const usage = usageOf(all);
  const read = readCommandLine(usage, { quick: { type: 'boolean', default: false } }, true);
  const rows = chooseRows(all, read.positionals, usage);
  const bench: Bench = { quick: read.values.quick, daemonEnvironment: {}, say };
  execFileSync(process.execPath, [join(import.meta.dirname, 'bundle.ts')]);
  const figures: Figure[] = [];
  const profiles: string[] = [];
  const failures: string[] = [];
  for (const row of rows) {
    say(`${row.name}: ${row.about}`);
    try {
      const found = await row.run(bench);
      figures.push(...found);
      if (found.some(isMissed)) profiles.push(...(await profileOf(row, bench, found)));
    } catch (error) {
      failures.push(`${row.name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  process.stdout.write(`${machineText()}\n\n${tableOf(figures)}\n`);
  if (profiles.length > 0)
    process.stdout.write(`\nWhere a target was missed, the largest frames per request:\n${profiles.join('\n')}\n`);
  if (failures.length > 0) process.stdout.write(`\nNot measured:\n${failures.join('\n')}\n`);
  return failures.length === 0 ? 0 : 1;
}

function usageOf(rows: readonly Row[]): string {
  return `
Usage: npm run bench [-- ROW… --quick]     everything takes half an hour

${rows.map(({ name, about }) => `  ${name.padEnd(16)} ${about}\n`).join('')}
  --quick          small sizes, few repetitions

Example: npm run bench -- small registration --quick
`;
}

function chooseRows(rows: readonly Row[], names: readonly string[], usage: string): Row[] {
  const unknown = names.find((name) => rows.every((row) => row.name !== name));
  if (unknown !== undefined) refuseWords(`there is no row "${unknown}"`, usage);
  return rows.filter((row) => (names.length === 0 ? row.isOnlyNamed !== true : names.includes(row.name)));
}

function isMissed(figure: Figure): boolean {
  return figure.met === false && figure.measured !== undefined;
}

/** Runs a row again, small, with the profiler on: what it says is cut to what was measured. */
async function profileOf(row: Row, bench: Bench, missed: readonly Figure[]): Promise<string[]> {
  say(`${row.name}: again with a profiler, because a target was missed`);
  const directory = mkdtempSync(join(tmpdir(), 'oc-profile-'));
  mkdirSync(directory, { recursive: true });
  try {
    const again = await row.run({ ...bench, quick: true, daemonEnvironment: profilerOptions(directory) });
    return missed.flatMap((figure, index) => {
      const { measured } = again[index] ?? {};
      if (!isMissed(figure) || measured === undefined) return [];
      return [figure.what, ...largestFrames(directory, measured).map((frame) => `  ${frame}`)];
    });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function machineText(): string {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], {
    cwd: import.meta.dirname,
    encoding: 'utf8',
  }).trim();
  const changed = execFileSync('git', ['status', '--porcelain', '--', '../packages'], {
    cwd: import.meta.dirname,
    encoding: 'utf8',
  }).trim();
  const load = loadavg()[0] ?? 0;
  return [
    `Commit ${commit}${changed === '' ? '' : ' with changes'}, Node ${process.version}, ${cpus().length} cores (${cpus()[0]?.model ?? 'unknown'}), load ${load.toFixed(1)}.`,
    'CPU figures are what the operating system counts for the daemon. Wall times share the cores with everything else here:',
    'the load, the simulated servers, and whatever load is above that; read them as upper bounds.',
  ].join('\n');
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
