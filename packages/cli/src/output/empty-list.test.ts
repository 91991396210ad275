import { expect, test } from 'vitest';
import { commands } from '../commands.ts';
import { startReplayDaemon, sync } from '../testing/replay-daemon.ts';
import { runWords } from '../testing/run-words.ts';
import { listFormat } from './list.ts';

/** The remote of this host is always in its list. */
const neverEmpty = new Set(['remote list']);
/** They take the format of lists for a report, not for a list. */
const reports = new Set(['provisioning cluster check', 'provisioning cluster validate']);

test('every list says something when it is empty', () => {
  const silent = commands
    .filter(({ options, whenEmpty }) => options['format'] === listFormat && whenEmpty === undefined)
    .map(({ path }) => path.join(' '))
    .filter((words) => !neverEmpty.has(words) && !reports.has(words));
  expect(silent).toEqual([]);
});

const listed = (words: string) =>
  startReplayDaemon(({ path }) =>
    sync(
      path === '/1.0'
        ? { api_extensions: ['operations', 'kept_plans', 'audit', 'webhooks'] }
        : words === 'operation'
          ? {}
          : [],
    ),
  );

async function runList(words: string): Promise<{ code: number; stdout: string; stderr: string }> {
  await using daemon = await listed(words.split(' ')[0] ?? '');
  return await runWords(words.split(' '), { env: { OPERATIONS_CENTER_DIR: daemon.folder, HOME: daemon.folder } });
}

test.each([
  ['operation list', 'There is no operation. What takes longer'],
  ['operation list --format csv', 'There is no operation. What takes longer'],
  ['operation list --open', 'There is no operation that matches.'],
  ['operation list --limit 5', 'There is no operation. What takes longer'],
  ['provisioning server list', 'There is no server. They register by themselves'],
  ['provisioning token list -f compact', 'There is no token. '],
  ['provisioning plan list', 'There is no plan that can still be run. '],
  ['inventory image list --cluster wonderful', 'There is no image in the inventory that matches.'],
  ['warning list', 'There is no warning. '],
])('%s is empty: said on stderr, and no failure', async (words, told) => {
  const ran = await runList(words);
  expect(ran).toMatchObject({ code: 0 });
  expect(ran.stderr.startsWith(told)).toBe(true);
  expect(ran.stderr.trim().split('\n')).toHaveLength(1);
});

test.each(['operation list -f json', 'operation list -f yaml', 'operation list --quiet'])(
  '%s is silent',
  async (words) => {
    const ran = await runList(words);
    expect(ran).toMatchObject({ code: 0, stderr: '' });
  },
);
