/**
 * `npm run proof`: kills, chaos, failures, real Incus and the preflight, each
 * ending in a table whose last columns are zero. docs/proof.md holds what was proven last.
 */
import { execFileSync } from 'node:child_process';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { readCommandLine, refuseWords } from './command-line.ts';
import { chaos } from './proof/chaos-section.ts';
import { failures } from './proof/failures-section.ts';
import { kills } from './proof/kills-section.ts';
import { writeSection } from './proof/page.ts';
import { preflight } from './proof/preflight-section.ts';
import { real } from './proof/real-section.ts';
import { type Section, type Size, tableOf } from './proof/section.ts';
import { soak } from './proof/soak-section.ts';

const sections: readonly Section[] = [kills, chaos, failures, real, preflight, soak];
const order = sections.map(({ name }) => name);

const usage = `
Usage: npm run proof [-- OPTIONS]          everything takes hours

  --quick              a little of everything, in minutes
  --only SECTION,…     ${order.join(', ')}
  --part 0.1           a tenth of the kills and seeds, chosen by seed
  --write              put what was proven into docs/proof.md

Example: npm run proof -- --quick --only kills,chaos
`;

const { values } = readCommandLine(usage, {
  quick: { type: 'boolean', default: false },
  only: { type: 'string', default: '' },
  part: { type: 'string', default: '1' },
  write: { type: 'boolean', default: false },
});
process.exitCode = await main();

async function main(): Promise<number> {
  const chosen = chooseSections(values.only === '' ? [] : values.only.split(','));
  const { quick } = values;
  const part = readPart(values.part);
  execFileSync(process.execPath, [join(import.meta.dirname, 'bundle.ts')]);
  const size: Size = { quick, part, say: (text) => void process.stderr.write(`${text}\n`) };
  let failed = 0;
  for (const section of chosen) {
    const { text, isProven } = await prove(section, size);
    process.stdout.write(`${text}\n`);
    if (!isProven) failed += 1;
    if (values.write) writeSection(section.name, order, text);
  }
  process.stdout.write(`${chosen.length - failed} passed, ${failed} failed\n`);
  return failed === 0 ? 0 : 1;
}

function readPart(typed: string): number {
  const part = Number(typed);
  if (part > 0 && part <= 1) return part;
  return refuseWords(`--part ${typed}: a number above 0 and up to 1 is expected`, usage);
}

function sizeText({ quick, part }: Size): string {
  if (quick) return 'quick size';
  return part < 1 ? `${part * 100} % of the kills and seeds` : 'full size';
}

function chooseSections(names: readonly string[]): readonly Section[] {
  const unknown = names.find((name) => !order.includes(name));
  if (unknown !== undefined) refuseWords(`there is no section "${unknown}"`, usage);
  return sections.filter(({ name }) => names.length === 0 || names.includes(name));
}

async function prove(section: Section, size: Size): Promise<{ text: string; isProven: boolean }> {
  const started = performance.now();
  const { lines, notes, wrong } = await section.prove(size);
  const minutes = ((performance.now() - started) / 60_000).toFixed(1);
  const text = [
    `## ${section.title}`,
    '',
    section.about,
    '',
    `${commitText()}, ${sizeText(size)}, ${new Date().toISOString().slice(0, 10)}, ${minutes} min on ${cpus().length} cores.`,
    '',
    ...tableOf(lines),
    ...(lines.length > 0 ? [''] : []),
    ...notes.flatMap((note) => (note.startsWith('|') ? [note] : [note, ''])),
    ...(wrong.length === 0
      ? []
      : ['', '**Wrong:**', '', ...wrong.map((what) => `* ${what.replaceAll('\n', ' ').slice(0, 600)}`)]),
    '',
  ];
  return { text: text.join('\n'), isProven: wrong.length === 0 };
}

function commitText(): string {
  const git = (...args: string[]): string =>
    execFileSync('git', args, { cwd: import.meta.dirname, encoding: 'utf8' }).trim();
  const isChanged = git('status', '--porcelain', '--', '../packages') !== '';
  return `Commit ${git('rev-parse', '--short', 'HEAD')}${isChanged ? ' with changes' : ''}`;
}
