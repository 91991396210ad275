import { expect, test } from 'vitest';
import { startReplayDaemon, sync } from '../../testing/replay-daemon.ts';
import { runWords } from '../../testing/run-words.ts';
import { whyNoBrowser } from './open-browser.ts';

const link = { path: '/ui/sign-in?key=k', expires_at: '2026-11-23T18:00:00Z' };

async function run(words: string[], address: string, extensions = ['ui']) {
  await using daemon = await startReplayDaemon(({ path }) => {
    if (path === '/1.0') return sync({ api_extensions: extensions });
    if (path === '/1.0/ui/links') return sync({ ...link, address });
    return sync([]);
  });
  return await runWords(words, { env: { OPERATIONS_CENTER_DIR: daemon.folder, HOME: daemon.folder } });
}

test('the link is all that is printed; why no browser was opened is said beside it', async () => {
  const ran = await run(['ui'], 'https://10.0.0.2:7443');
  expect(ran).toMatchObject({ code: 0, stdout: 'https://10.0.0.2:7443/ui/sign-in?key=k\n' });
  expect(ran.stderr).toContain('this is no terminal');
  expect((await run(['ui', '--print'], 'https://10.0.0.2:7443')).stderr).toBe('');
});

test('a daemon that listens nowhere, and one without the UI, are told with what to do', async () => {
  const nowhere = await run(['ui'], '');
  expect(nowhere).toMatchObject({ code: 1, stdout: '' });
  expect(nowhere.stderr).toContain('operations-center system network edit');
  expect((await run(['ui'], 'https://10.0.0.2:7443', [])).stderr).toContain('extension_missing');
  expect((await run(['session', 'list'], '')).stderr).toContain('operations-center ui');
});

test('a browser is opened only where somebody sees it', () => {
  const stream = (isTTY: boolean) => ({ isTTY }) as unknown as NodeJS.WritableStream; // nothing else of it is asked
  const terminal = (isTTY: boolean, env: Record<string, string>) =>
    ({ env, stdin: stream(isTTY), stdout: stream(isTTY), stderr: stream(isTTY) }) as unknown as Parameters<
      typeof whyNoBrowser
    >[0];
  expect(whyNoBrowser(terminal(false, { DISPLAY: ':0' }), 'linux')).toBe('this is no terminal');
  expect(whyNoBrowser(terminal(true, {}), 'linux')).toBe('there is no display here');
  expect(whyNoBrowser(terminal(true, { WAYLAND_DISPLAY: 'w' }), 'linux')).toBeUndefined();
  expect(whyNoBrowser(terminal(true, {}), 'darwin')).toBeUndefined();
});
