import type { AuditEntry } from '@operations-center/contract';
import { expect, test } from 'vitest';
import { type Replay, refusal, startReplayDaemon, sync } from '../../testing/replay-daemon.ts';
import { runWords } from '../../testing/run-words.ts';
import { openText } from './list.ts';

const extensions = sync({ api_extensions: ['audit'] });
const entry = (number: number): Partial<AuditEntry> => ({
  number,
  time: '2026-11-22T21:00:00.000Z',
  daemon: 'this',
  by: 'request',
  protocol: 'unix',
  user: '',
  address: '@',
  what: 'token_delete',
  object: '/1.0/provisioning/tokens/1',
  operation: '',
  outcome: null,
});
/** Pages by cursor: what each found, and where the next is. */
const pages: Record<string, { entries: number[]; cursor: string | null }> = {
  '': { entries: [], cursor: 'two' },
  two: { entries: [9], cursor: 'three' },
  three: { entries: [], cursor: 'four' },
  four: { entries: [2], cursor: null },
};
const pageAt = (path: string) => pages[new URL(path, 'http://unix').searchParams.get('cursor') ?? ''];
const replay: Replay = ({ path }) => {
  if (path === '/1.0') return extensions;
  const page = pageAt(path);
  const looked_back_to = page?.cursor === null ? null : '2026-11-01T00:00:00.000Z';
  return sync({ entries: page?.entries.map(entry), cursor: page?.cursor, looked_back_to });
};

async function run(words: string[], given: Parameters<typeof runWords>[1] & { replay: Replay }) {
  await using daemon = await startReplayDaemon(given.replay);
  const ran = await runWords(['audit', ...words], { ...given, env: { OPERATIONS_CENTER_DIR: daemon.folder } });
  const asked = daemon.received.map(({ path }) => new URL(path, 'http://unix').searchParams);
  return { ...ran, asked: asked.map((query) => [query.get('cursor'), query.get('limit')]).slice(1) };
}
const numbersOf = (stdout: string) => (JSON.parse(stdout) as AuditEntry[]).map(({ number }) => number);

test('the list looks back over pages that are short or empty, to the end or until there are enough', async () => {
  const all = await run(['list', '--what', 'token_delete', '-f', 'json'], { replay });
  expect(numbersOf(all.stdout)).toEqual([9, 2]);
  expect(all.asked).toEqual([
    [null, '100'],
    ['two', '100'],
    ['three', '99'],
    ['four', '99'],
  ]);
  const one = await run(['list', '--limit', '1', '-f', 'json'], { replay });
  expect(numbersOf(one.stdout)).toEqual([9]);
  expect(one.asked).toHaveLength(2);
  expect((await run(['list', '--limit', '5000'], { replay })).asked[0]).toEqual([null, '1000']);
  expect(await run(['list', '--limit', '0'], { replay })).toMatchObject({ code: 1, asked: [] });
});

test('Ctrl-C ends it, shows what was found, and says from where on nothing was looked at', async () => {
  let interrupt = (): void => {};
  const given = {
    onInterrupt: (interrupted: () => void) => ((interrupt = interrupted), () => {}),
    // The third page never comes: somebody loses patience.
    replay: ((asked) => {
      if (!asked.path.includes('three')) return replay(asked);
      setImmediate(() => interrupt());
      return undefined;
    }) satisfies Replay,
  };
  const ran = await run(['list', '-f', 'json'], given);
  expect(ran).toMatchObject({
    code: 0,
    stderr: 'stopped: what was written before 2026-11-01 00:00:00 +0000 UTC was not looked at\n',
  });
  expect(numbersOf(ran.stdout)).toEqual([9]);
});

test('a page that is refused is an error, whatever was found before', async () => {
  const refused: Replay = (asked) =>
    asked.path.includes('three') ? refusal(503, 'no', { code: 'database_unavailable' }) : replay(asked);
  const ran = await run(['list'], { replay: refused });
  expect(ran).toMatchObject({ code: 1, stdout: '' });
  expect(ran.stderr).toContain('(database_unavailable)');
});

test('verify says from where on it verified, and who removed what was before', async () => {
  const check = { intact: true, entries: 9, head: `21:${'a'.repeat(64)}`, problems: [] };
  const answer =
    (more: object): Replay =>
    ({ path }) =>
      path === '/1.0' ? extensions : sync({ ...check, ...more });
  const whole = await run(['verify'], { replay: answer({ from: 1, pruned: null }) });
  expect(whole).toMatchObject({ code: 0, stdout: `The audit is intact: 9 entries, head ${check.head}\n` });
  const pruned = { up_to: 12, time: '2026-11-22T21:00:00.000Z', kept_days: 30 };
  const rest = await run(['verify'], { replay: answer({ from: 13, pruned }) });
  expect(rest.stdout.split('\n')[1]).toBe(
    'Verified from entry 13 on: those up to 12 were removed by policy (kept for 30 days) at 2026-11-22 21:00:00 +0000 UTC.',
  );
});

test('of a request without an outcome it is said for how long, and who will tell it', () => {
  const asked = { time: '2026-11-22T21:00:00.000Z', daemon: '3f9c1e04-0000-4000-8000-000000000000' };
  const at = (time: string) => Date.parse(`2026-11-22T${time}Z`);
  expect(openText(asked, at('21:00:10'))).toBe('not known yet');
  expect(openText(asked, at('22:02:03'))).toBe(
    'not known for 1:02:03: daemon 3f9c1e04 tells it when it is done, or starts again',
  );
});
