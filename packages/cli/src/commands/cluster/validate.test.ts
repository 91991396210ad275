import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { runWords } from '../../testing/run-words.ts';

const examples = join(import.meta.dirname, '../../../../../docs/examples');
const folder = mkdtempSync(join(tmpdir(), 'validate-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const validate = async (...words: string[]) => {
  // No daemon is there, and none is asked.
  const env = { OPERATIONS_CENTER_DIR: '/nonexistent', HOME: '/nonexistent' };
  const ran = await runWords(['provisioning', 'cluster', 'validate', ...words], { env });
  return { ...ran, stdout: ran.stdout.replaceAll(`${examples}/`, '').replaceAll(`${folder}/`, '') };
};
const write = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

test.each([
  ['-c', 'services'],
  ['-a', 'application'],
])('%s: ten mistakes are ten errors, each with line, column and remedy', async (option, name) => {
  const told = await validate(option, join(examples, `${name}-with-mistakes.yaml`));
  expect(told).toMatchObject({ code: 1, stderr: '' });
  await expect(told.stdout).toMatchFileSnapshot(`testing/${name}-with-mistakes.golden.txt`);
  expect(told.stdout).not.toContain('bm90IGEga2V5');
  const { stdout } = await validate(option, join(examples, `${name}-with-mistakes.yaml`), '--format', 'json');
  const { problems } = JSON.parse(stdout);
  expect(problems).toHaveLength(10);
  for (const problem of problems) {
    expect(problem).toMatchObject({
      line: expect.any(Number),
      end_column: expect.any(Number),
      remedy: expect.any(String),
    });
  }
});

test('files that are right: exit code 0', async () => {
  const told = await validate('-c', join(examples, 'services.yaml'), '-a', join(examples, 'whole-application.yaml'));
  expect(told).toMatchObject({ code: 0, stderr: '' });
  expect(told.stdout).toBe('services.yaml and whole-application.yaml: nothing is wrong.\n');
});

test.each([
  ['', 0],
  ['---\n', 0],
  ['# later\n', 0],
  ['- a\n', 1],
])('the file %j ends with %i', async (text, code) => {
  expect((await validate('-a', write('a.yaml', text), '-c', write('c.yaml', text))).code).toBe(code);
});

test('what a newer release may have passes when asked for, with warnings', async () => {
  const file = write(
    'newer.yaml',
    'zeta: {enabled: true}\nnvme: {enabled: true, targets: [{transport: rdma, address: a, new: 1}]}\n',
  );
  expect((await validate('-c', file)).code).toBe(1);
  const told = await validate('-c', file, '--allow-unknown');
  expect(told.code).toBe(0);
  expect(told.stdout.match(/^Warning: .*/gm)).toEqual([
    'Warning: newer.yaml:2:45: nvme.targets[0].transport: expected tcp or fc',
    'Warning: newer.yaml:2:63: nvme.targets[0].new: unknown field "new", it is handed on',
  ]);
});

test('what the file names and nobody makes, with what there will be', async () => {
  const file = write(
    'refers.yaml',
    'profiles:\n  - name: web\n    devices:\n      root:\n        type: disk\n        path: /\n        pool: lokal\n',
  );
  expect((await validate('-a', file)).stdout).toContain(
    'Error: refers.yaml:7:15: profiles[0].devices.root.pool: storage pool "lokal" does not exist and is not created by this file',
  );
  expect((await validate('-a', file)).stdout).toContain('Write "local".');
});

test.each([
  ['in a block', 'certificate: |\n      @KEY@'],
  ['in quotes', 'certificate: "@LINE@"'],
  ['without any', 'certificate: @KEY@'],
  ['as a key', '@LINE@: x'],
  ['never ended', 'certificate: |\n      @CUT@'],
])('a private key %s is nowhere shown', async (_, place) => {
  const lines = [
    '-----BEGIN PRIVATE KEY-----',
    'TUlHSEFnRUFNQk1HQnlxR1NNNDkK',
    'c2hvcnQ=',
    '-----END PRIVATE KEY-----',
  ];
  const text = `certificates:\n  - name: me\n    nme: you\n    ${place
    .replace('@LINE@', lines.join('\\n'))
    .replace('@KEY@', lines.join('\n      '))
    .replace('@CUT@', lines.slice(0, 3).join('\n      '))}\n    restricted: 7\n`;
  for (const format of ['table', 'json', 'csv', 'yaml']) {
    const told = await validate('-a', write('key.yaml', text), '--format', format);
    expect(told.code).toBe(1);
    expect(`${told.stdout}${told.stderr}`).not.toMatch(/TUlHSEFn|c2hvcnQ=/);
  }
});

test('nothing to look at is a mistake in the call', async () => {
  expect(await validate()).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('no file is given') });
  expect((await validate('-a', '/nonexistent/a.yaml')).stderr).toContain('(file_unreadable)');
});
