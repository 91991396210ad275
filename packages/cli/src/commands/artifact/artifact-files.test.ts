import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Replay, type ReplayDaemon, refusal, startReplayDaemon, sync } from '../../testing/replay-daemon.ts';
import { runWords } from '../../testing/run-words.ts';
import { makeTestFolder } from '../../testing/test-folder.ts';

const base = '/1.0/provisioning/clusters/wonderful/artifacts/terraform-configuration';
const texts: Record<string, string> = { 'providers.tf': 'provider "incus" {}\n', 'terraform.tfstate': '{}\n' };
const shown = (names = Object.keys(texts)) => ({
  ...{ cluster: 'wonderful', name: 'terraform-configuration', description: '', properties: null },
  files: names.map((name) => ({ name, mime_type: 'text/plain', size: texts[name]?.length ?? 0 })),
  last_updated: '2026-11-22T19:17:03Z',
});
const asFile = (body: string) => ({
  ...{ status: 200, body },
  headers: { 'content-type': 'text/plain', 'content-disposition': 'attachment; filename="x"' },
});

const replay: Replay = ({ path }) => {
  if (path === base) return sync(shown());
  if (path === `${base}?archive=zip`) return asFile('PK…');
  const text = texts[path.slice(base.length + 1)];
  const code = { code: 'artifact_file_not_found' };
  return text === undefined ? refusal(404, 'Not Found: File not found', code) : asFile(text);
};

const run = (daemon: ReplayDaemon, ...words: string[]) =>
  runWords(['provisioning', 'cluster', 'artifact', ...words], {
    env: { OPERATIONS_CENTER_DIR: daemon.folder, HOME: daemon.folder },
  });
const names = ['wonderful', 'terraform-configuration'];

test('an archive and a file are written for their owner alone, and told as OC tells it', async () => {
  await using daemon = await startReplayDaemon(replay);
  const folder = makeTestFolder();
  const [zip, file] = [join(folder, 'a.zip'), join(folder, 'b.tf')];
  expect(await run(daemon, 'archive', ...names, zip)).toEqual({
    ...{ code: 0, stderr: '' },
    stdout: `Successfully written 5B to "${zip}"\n`,
  });
  expect(readFileSync(zip, 'utf8')).toBe('PK…');
  expect((await run(daemon, 'file', ...names, 'providers.tf', file, '-q')).stdout).toBe('');
  expect(readFileSync(file, 'utf8')).toBe(texts['providers.tf']);
  expect([zip, file].map((path) => statSync(path).mode & 0o777)).toEqual([0o600, 0o600]);
});

test('what is there stays, and nothing is asked; --force replaces it whole', async () => {
  await using daemon = await startReplayDaemon(replay);
  const folder = makeTestFolder();
  const target = join(folder, 'b.tf');
  writeFileSync(target, 'mine', { mode: 0o644 });
  for (const words of [
    ['archive', ...names, target],
    ['file', ...names, 'providers.tf', target],
  ]) {
    const ran = await run(daemon, ...words);
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain('is there already');
    expect(ran.stderr).toContain('(file_exists)');
  }
  expect(daemon.received).toEqual([]);
  expect(readFileSync(target, 'utf8')).toBe('mine');
  expect((await run(daemon, 'file', ...names, 'providers.tf', target, '--force')).code).toBe(0);
  expect(readFileSync(target, 'utf8')).toBe(texts['providers.tf']);
  expect(statSync(target).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder)).toEqual(['b.tf']);
});

test('a link is not followed, with --force neither', async () => {
  await using daemon = await startReplayDaemon(replay);
  const folder = makeTestFolder();
  const [link, other] = [join(folder, 'link'), join(folder, 'other')];
  symlinkSync(other, link);
  expect((await run(daemon, 'file', ...names, 'providers.tf', link)).stderr).toContain('(file_exists)');
  expect((await run(daemon, 'file', ...names, 'providers.tf', link, '--force')).code).toBe(0);
  expect(existsSync(other)).toBe(false);
  expect(readFileSync(link, 'utf8')).toBe(texts['providers.tf']);
});

test('a refusal is told and leaves no file', async () => {
  await using daemon = await startReplayDaemon(replay);
  const target = join(makeTestFolder(), 'x');
  const ran = await run(daemon, 'file', ...names, 'nothing.tf', target);
  expect(ran.stderr).toContain('(artifact_file_not_found)');
  expect(ran).toMatchObject({ code: 1, stdout: '' });
  expect(existsSync(target)).toBe(false);
});

test('an answer that is no file is not written as one', async () => {
  await using daemon = await startReplayDaemon(() => sync({ odd: true }));
  const target = join(makeTestFolder(), 'x');
  expect((await run(daemon, 'archive', ...names, target)).code).toBe(1);
  expect(existsSync(target)).toBe(false);
});

test('a folder that cannot be written to is named with the reason', async () => {
  await using daemon = await startReplayDaemon(replay);
  const ran = await run(daemon, 'file', ...names, 'providers.tf', join(makeTestFolder(), 'no', 'x.tf'));
  expect(ran.stderr).toContain('The folder that it is to be in is not there.');
  expect(ran.stderr).toContain('(file_unwritable)');
});

test('export writes all files into a folder, which it makes', async () => {
  await using daemon = await startReplayDaemon(replay);
  const folder = join(makeTestFolder(), 'deep', 'out');
  expect(await run(daemon, 'export', ...names, folder)).toEqual({
    ...{ code: 0, stderr: '' },
    stdout: `Successfully written 2 files, 23B, to "${folder}"\n`,
  });
  for (const [name, text] of Object.entries(texts)) expect(readFileSync(join(folder, name), 'utf8')).toBe(text);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
});

test('export writes nothing where one file is there, and all with --force', async () => {
  await using daemon = await startReplayDaemon(replay);
  const folder = makeTestFolder();
  writeFileSync(join(folder, 'terraform.tfstate'), 'mine');
  expect((await run(daemon, 'export', ...names, folder)).stderr).toContain('terraform.tfstate is there already');
  expect(readdirSync(folder)).toEqual(['terraform.tfstate']);
  expect((await run(daemon, 'export', ...names, folder, '--force')).code).toBe(0);
  expect(readFileSync(join(folder, 'terraform.tfstate'), 'utf8')).toBe(texts['terraform.tfstate']);
});

test.each<{ options: string[] }>([{ options: [] }, { options: ['--force'] }])(
  'export into what is there and is no folder says so: $options',
  async ({ options }) => {
    await using daemon = await startReplayDaemon(replay);
    const path = join(makeTestFolder(), 'a-file');
    writeFileSync(path, 'mine');
    const ran = await run(daemon, 'export', ...names, path, ...options);
    expect(ran.stderr).toContain(`Error: the folder ${path} cannot be made\nThere is a file of that name.\n`);
    expect(ran).toMatchObject({ code: 1, stdout: '' });
    expect(readFileSync(path, 'utf8')).toBe('mine');
  },
);

test.each(['/proc/x', '/proc/x/y', '/sys/x/y', '/dev/null/x'])(
  'a folder %s cannot be made, which is said and does not hang',
  async (path) => {
    await using daemon = await startReplayDaemon(replay);
    const ran = await run(daemon, 'export', ...names, path);
    expect(ran.stderr).toContain('(folder_unusable)');
    expect(ran.code).toBe(1);
  },
);

test('what is no file is not replaced, with --force neither: not a folder, not what a link leads to', async () => {
  await using daemon = await startReplayDaemon(replay);
  const folder = makeTestFolder();
  const [link, inside] = [join(folder, 'null'), join(folder, 'folder')];
  symlinkSync('/dev/null', link);
  mkdirSync(inside);
  for (const path of [link, inside]) {
    const ran = await run(daemon, 'file', ...names, 'providers.tf', path, '--force');
    expect(ran.stderr).toContain('(file_unwritable)');
  }
  expect(lstatSync(link).isSymbolicLink()).toBe(true);
  expect(readdirSync(folder).sort()).toEqual(['folder', 'null']);
});

test.each(['../evil', '/etc/evil', '..', '.hidden', 'a/b', 'a\\b', '', 'a\u0000'])(
  'export takes no name that could lead elsewhere: %j',
  async (name) => {
    await using daemon = await startReplayDaemon(({ path }) =>
      path === base ? sync(shown(['providers.tf', name])) : asFile('x'),
    );
    const folder = join(makeTestFolder(), 'out');
    mkdirSync(folder);
    const ran = await run(daemon, 'export', ...names, folder);
    expect(ran.stderr).toContain('(file_name_unsafe)');
    expect(readdirSync(folder)).toEqual([]);
  },
);

test('names of artifacts and of their files are completed', async () => {
  await using daemon = await startReplayDaemon(({ path }) =>
    path === base ? sync(shown()) : sync([shown(), { ...shown(), name: 'plan' }]),
  );
  const env = { OPERATIONS_CENTER_DIR: daemon.folder, HOME: daemon.folder };
  const words = ['complete', '--', 'provisioning', 'cluster', 'artifact', 'file', 'wonderful'];
  expect((await runWords([...words, 'p'], { env })).stdout).toBe('plan\t\n:4\n');
  expect((await runWords([...words, 'terraform-configuration', ''], { env })).stdout).toBe(
    'providers.tf\t\nterraform.tfstate\t\n:4\n',
  );
  expect(daemon.received.map(({ path }) => path)).toEqual([
    '/1.0/provisioning/clusters/wonderful/artifacts?recursion=1',
    base,
  ]);
});

test('artifacts of a cluster that is not there: none for OC’s list, which a person is told; to show one is an error', async () => {
  const missing = refusal(404, 'Not found', { code: 'cluster_not_found', details: { cluster: 'nosuch' } });
  await using daemon = await startReplayDaemon(({ path }) =>
    path.endsWith('/artifacts?recursion=1') ? sync([]) : missing,
  );
  const ran = await run(daemon, 'list', 'nosuch');
  expect(ran.code).toBe(0);
  expect(ran.stderr).toContain('Warning: there is no cluster "nosuch"');
  expect((await run(daemon, 'show', 'nosuch', 'plan')).stderr).toContain('there is no cluster "nosuch"');
});

test.each([
  ['artifact_not_found', 'cluster "wonderful" has no artifact "plan"'],
  ['artifact_file_not_found', 'artifact "plan" of cluster "wonderful" has no file "x"'],
])('%s names what is missing where', async (code, told) => {
  const details = { cluster: 'wonderful', artifact: 'plan', file: 'x' };
  await using daemon = await startReplayDaemon(() => refusal(404, 'Not found', { code, details }));
  expect((await run(daemon, 'file', 'wonderful', 'plan', 'x', 'x')).stderr).toContain(told);
});
