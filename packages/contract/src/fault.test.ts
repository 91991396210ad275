import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Fault, fillHint } from './fault.ts';
import { faults } from './faults.ts';

const entries = Object.entries(faults);

test('every fault says when it happens and what to do, in whole sentences', () => {
  for (const [code, { about, hint }] of entries) {
    expect([code, /^[A-Z].*\.$/.test(about), /^[A-Z].*\.$/.test(hint)]).toEqual([code, true, true]);
  }
});

test('every command that a hint names is one that exists, with all that it needs', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../docs/generated/cli.md'), 'utf8');
  const usages = [...page.matchAll(/^## (.+)$[^]*?^```\noperations-center (.+)$/gm)].map(
    ([, command = '', usage = '']) => ({
      words: command.split(' '),
      needed: [...usage.matchAll(/<[a-zA-Z-]+>/g)].length,
    }),
  );
  const named = entries.flatMap(([code, { hint }]) =>
    [...hint.matchAll(/operations-center ((?:[\w/.{}-]+ ?)+)/g)].map(([, typed = '']) => ({
      code,
      words: typed.trim().replace(/\.$/, '').split(' '),
    })),
  );
  expect(named.length).toBeGreaterThan(20);
  const wrong = named.filter(({ words }) => {
    const usage = usages
      .filter((one) => one.words.every((word, at) => words[at] === word))
      .sort((one, other) => other.words.length - one.words.length)[0];
    const isSketch = words.includes('add'); // `cluster add … --plan` cannot be written out
    return usage === undefined || (!isSketch && words.length - usage.words.length < usage.needed);
  });
  expect(wrong).toEqual([]);
});

test('a hint names what is known, as a shell takes it, and what is not in capitals', () => {
  const refused = (details: Record<string, unknown>) =>
    new Fault('artifact_file_not_found', 'Not found', { details }).hint;
  expect(refused({ cluster: 'wonderful', artifact: 'plan' })).toBe(
    'See its files: operations-center provisioning cluster artifact show wonderful plan.',
  );
  expect(refused({ cluster: "it's #1", artifact: 7 })).toContain("artifact show 'it'\\''s #1' ARTIFACT.");
  expect(fillHint('operation show {operation}.')).toBe('operation show OPERATION.');
});

test('no hint has a word in capitals for what it could name', () => {
  const placeholders = entries.filter(([, { hint }]) => /\b(?:NAME|ID|UUID|CLUSTER|SERVER|OPERATION)\b/.test(hint));
  // These speak of several, or of how a file is written.
  expect(placeholders.map(([code]) => code).sort()).toEqual([
    'inventory_object_not_found',
    'plans_too_many',
    'server_overrides_invalid',
  ]);
});
