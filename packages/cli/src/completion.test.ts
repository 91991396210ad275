import { expect, test } from 'vitest';
import { commands } from './commands.ts';
import { completeWords, type FindNames } from './completion.ts';
import { startReplayDaemon, sync } from './testing/replay-daemon.ts';
import { runWords } from './testing/run-words.ts';

const names: FindNames = async (source) =>
  ({ servers: ['server1', 'server2', 'box1'], clusters: ['wonderful'], warnings: ['u1'] })[source as string] ?? [];
const complete = async (...words: string[]) => {
  const { candidates, files } = await completeWords(words, commands, names);
  return files ? 'files' : candidates.map((one) => one.value);
};

test.each<[string[], string[] | 'files']>([
  [['prov'], ['provisioning']],
  [['provisioning', 'tok'], ['token']],
  [
    ['provisioning', 'token', ''],
    ['add', 'list', 'show', 'edit', 'remove'],
  ],
  [
    ['provisioning', 'server', 'show', 'server'],
    ['server1', 'server2'],
  ],
  [['provisioning', 'server', 'show', 'server1', ''], []],
  [['provisioning', 'server', 'list', '--cluster', ''], ['wonderful']],
  [['provisioning', 'server', 'list', '--cluster=w'], ['--cluster=wonderful']],
  [
    ['provisioning', 'server', 'list', '-f', 'cs'],
    ['csv', 'csv,header'],
  ],
  [['provisioning', 'server', 'list', '--q'], ['--quiet']],
  [['provisioning', 'server', 'list', '--st'], ['--status']],
  [
    ['provisioning', 'cluster', 'add', 'a', 'b', '-s', 'server1,'],
    ['server1,server2', 'server1,box1'],
  ],
  [['provisioning', 'cluster', 'add', 'a', 'b', '-c', ''], 'files'],
  [['provisioning', 'cluster', 'remove', '-f', ''], ['wonderful']],
  [['warning', 'ack', ''], ['u1']],
  [
    ['completion', ''],
    ['bash', 'zsh', 'fish'],
  ],
  [['inventory', 'network-ad'], ['network-address-set']],
  [['nonsense', ''], []],
])('%j', async (words, expected) => {
  expect(await complete(...words)).toEqual(expected);
});

test('the shells ask back and get live names, a tab, and what else may be offered', async () => {
  await using daemon = await startReplayDaemon(() => sync([{ name: 'wonderful' }, { name: 'marvellous' }]));
  const env = { OPERATIONS_CENTER_DIR: daemon.folder, HOME: daemon.folder };
  const ran = await runWords(['complete', '--', 'provisioning', 'cluster', 'show', 'w'], { env });
  expect(ran).toEqual({ code: 0, stdout: 'wonderful\t\n:4\n', stderr: '' });
});

test('without a daemon a Tab offers nothing and says nothing', async () => {
  const ran = await runWords(['complete', '--', 'provisioning', 'cluster', 'show', ''], {
    env: { OPERATIONS_CENTER_DIR: '/nonexistent', HOME: '/nonexistent' },
  });
  expect(ran).toEqual({ code: 0, stdout: ':4\n', stderr: '' });
});

test.each(['bash', 'zsh', 'fish'])('there is a script for %s that asks us', async (shell) => {
  const { code, stdout } = await runWords(['completion', shell]);
  expect(code).toBe(0);
  expect(stdout).toContain('complete --');
  expect(stdout).toContain('operations-center');
});

test('another shell is refused by name', async () => {
  const ran = await runWords(['completion', 'csh']);
  expect(ran).toMatchObject({ code: 1, stdout: '' });
  expect(ran.stderr).toContain('there is no completion for "csh"');
});
