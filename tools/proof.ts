/**
 * `npm run proof [-- --quick | --part 0.1] [--only SECTION,…] [--write]`: kills, chaos, failures, real Incus and the preflight, each
 * ending in a table whose last columns are zero. docs/proof.md holds what was proven last.
 */
import { execFileSync } from 'node:child_process';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { chaos } from './proof/chaos-section.ts';
import { failures } from './proof/failures-section.ts';
import { kills } from './proof/kills-section.ts';
import { writeSection } from './proof/page.ts';
import { preflight } from './proof/preflight-section.ts';
import { real } from './proof/real-section.ts';
import { type Section, type Size, tableOf } from './proof/section.ts';

const sections: readonly Section[] = [kills, chaos, failures, real, preflight];

process.exitCode = await main(process.argv.slice(2));

async function main(words: readonly string[]): Promise<number> {
  const chosen = chooseSections(words);
  const quick = words.includes('--quick');
  execFileSync(process.execPath, [join(import.meta.dirname, 'bundle.ts')]);
  const size: Size = { quick, part: readPart(words), say: (text) => void process.stderr.write(`${text}\n`) };
  let failed = 0;
  for (const section of chosen) {
    const { text, isProven } = await prove(section, size);
    process.stdout.write(`${text}\n`);
    if (!isProven) failed += 1;
    const order = sections.map(({ name }) => name);
    if (words.includes('--write')) writeSection(section.name, order, text);
  }
  process.stdout.write(`${chosen.length - failed} passed, ${failed} failed\n`);
  return failed === 0 ? 0 : 1;
}

function readPart(words: readonly string[]): number {
  const at = words.indexOf('--part');
  const part = at < 0 ? 1 : Number(words[at + 1]);
  if (!(part > 0 && part <= 1)) throw new Error('--part: a number above 0 and up to 1 is expected, for example 0.1');
  return part;
}

function sizeText({ quick, part }: Size): string {
  if (quick) return 'quick size';
  return part < 1 ? `${part * 100} % of the kills and seeds` : 'full size';
}

function chooseSections(words: readonly string[]): readonly Section[] {
  const at = words.indexOf('--only');
  const names = at < 0 ? [] : (words[at + 1] ?? '').split(',');
  const unknown = names.find((name) => sections.every((section) => section.name !== name));
  if (unknown !== undefined)
    throw new Error(`there is no section "${unknown}"; there are ${sections.map(({ name }) => name).join(', ')}`);
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
