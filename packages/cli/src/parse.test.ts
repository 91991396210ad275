import { expect, test } from 'vitest';
import { commands } from './commands.ts';
import { completeWords } from './completion.ts';
import { parseWords } from './parse.ts';
import { runWords } from './testing/run-words.ts';

const optionsOf = (...words: string[]) => {
  const parsed = parseWords(words, commands);
  return parsed.kind === 'command' ? { ...parsed.options, ...parsed.args } : parsed.kind;
};
const refusalOf = async (...words: string[]) => {
  const { code, stdout, stderr } = await runWords(words);
  return { code, stdout, stderr };
};

test.each([
  [['provisioning', 'cluster', 'remove', 'c', '--force=true'], { force: true }],
  [['provisioning', 'cluster', 'remove', 'c', '--force=false'], { force: false }],
  [['provisioning', 'cluster', 'remove', '-f', 'c'], { force: true, name: 'c' }],
  [['operation', 'undo', 'x', '--wait=false'], { wait: false }],
  [['operation', 'undo', 'x'], { wait: true }],
  [['provisioning', 'cluster', 'add', 'c', 'u', '-s', 'a,b', '--server-names=d'], { 'server-names': ['a', 'b', 'd'] }],
  [['provisioning', 'token', 'add', '--lifetime', '1h30m'], { lifetime: 5_400_000, uses: 1 }],
  [['warning', 'ack', 'u'], { uuid: 'u' }],
])('%j', (words, expected) => {
  expect(optionsOf(...words)).toMatchObject(expected);
});

test('global options count wherever they stand', () => {
  for (const words of [
    ['--force-local', 'warning', 'list'],
    ['warning', 'list', '--force-local'],
  ]) {
    const parsed = parseWords(words, commands);
    expect(parsed.kind === 'command' && parsed.globals.forceLocal).toBe(true);
  }
});

test.each([
  [['provisionig'], 'there is no command "provisionig" here', 'Did you mean provisioning?', 'unknown_command'],
  [['warning', 'lst'], 'there is no command "lst" here', 'Did you mean list?', 'unknown_command'],
  [['warning', 'list', '--frmat', 'x'], 'there is no option --frmat here', 'Did you mean --format?', 'unknown_option'],
  [['warning', 'show'], '<uuid> is missing', 'operations-center warning show --help', 'argument_missing'],
  [
    ['warning', 'show', 'a', 'b'],
    'there are more words',
    'operations-center warning show --help',
    'argument_unexpected',
  ],
  [['warning', 'list', '-f', 'xml'], '--format: "xml" is no format', 'One of: table', 'option_invalid'],
  [['warning', 'list', '-f'], 'the option -f, --format needs a value', '--help', 'option_invalid'],
  [['provisioning', 'token', 'add', '--uses', 'many'], '--uses: "many" is no whole number', '', 'option_invalid'],
  [
    ['provisioning', 'token', 'add', '--lifetime', '3d'],
    '--lifetime: "3d" is no length of time',
    '90s',
    'option_invalid',
  ],
  [['provisioning', 'cluster', 'add', 'a', 'b'], '--server-names is missing', '', 'option_missing'],
  [['admin', 'sql', 'select 1'], '"admin sql" is not built yet', '', 'not_built'],
  [['provisioning', 'update', 'list'], '"provisioning update" is not built yet', '', 'not_built'],
])('%j is refused: %s', async (words, what, hint, code) => {
  const refused = await refusalOf(...words);
  expect(refused).toMatchObject({ code: 1, stdout: '' });
  expect(refused.stderr).toMatch(/^Error: /);
  expect(refused.stderr).toContain(what);
  expect(refused.stderr).toContain(hint);
  expect(refused.stderr.endsWith(`(${code})\n`)).toBe(true);
});

test('words with commands below them show their help and succeed, as in OC', async () => {
  for (const words of [
    [],
    ['provisioning'],
    ['--help'],
    ['provisioning', 'server', '-h'],
    ['warning', 'list', '--help'],
  ]) {
    const ran = await runWords(words);
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(ran.stdout).toContain('Usage:');
  }
});

test('an option is offered by the help and by completion', async () => {
  const help = await runWords(['provisioning', 'server', 'list', '--help']);
  expect(help.stdout).toContain('--filter');
  const { candidates } = await completeWords(['provisioning', 'server', 'list', '--f'], commands, async () => []);
  expect(candidates.map(({ value }) => value)).toEqual(['--filter', '--format', '--force-local']);
});

test('help of a word names what is not built there', async () => {
  expect((await runWords(['provisioning', 'server'])).stdout).toContain('Not built yet: bmc, changelog, pre-register');
});
