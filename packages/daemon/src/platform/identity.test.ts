import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadIdentity } from './identity.ts';
import { findStateDirectory, prepareStateDirectory } from './state-directory.ts';
import { lockState } from './state-lock.ts';

const freshState = () => {
  const state = findStateDirectory({ OPERATIONS_CENTER_DIR: mkdtempSync(join(tmpdir(), 'identity-')) }, false);
  prepareStateDirectory(state);
  return state;
};

test('key pairs are made once in a fresh directory, 0600, and used as they are afterwards', async () => {
  const state = freshState();
  const made = await loadIdentity(state);
  expect(statSync(state.clientKey).mode & 0o777).toBe(0o600);
  writeFileSync(state.database, '');
  expect(await loadIdentity(state)).toEqual(made);
});

test.each(['clientCertificate', 'clientKey', 'serverCertificate'] as const)(
  'with a database, a missing %s is a refusal that names the file',
  async (name) => {
    const state = freshState();
    await loadIdentity(state);
    writeFileSync(state.database, '');
    rmSync(state[name]);
    await expect(loadIdentity(state)).rejects.toThrow(state[name]);
  },
);

test('the state of the other Operations Center is recognised and left alone', () => {
  const state = freshState();
  writeFileSync(join(state.path, 'local.db'), '');
  expect(() => prepareStateDirectory(state)).toThrow(/local\.db/);
});

test('a second daemon on the same state is refused and told who has it', () => {
  const state = freshState();
  const lock = lockState(state);
  expect(() => lockState(state)).toThrow(new RegExp(`process ${process.pid}`));
  lock.release();
  lockState(state).release();
});

test.each([
  [{ OPERATIONS_CENTER_DIR: '/x' }, false, '/x', '/x/unix.socket'],
  [{ OPERATIONS_CENTER_DIR: '/x', OPERATIONS_CENTER_SOCKET: '/y/s' }, false, '/x', '/y/s'],
  [{}, true, '/var/lib/operations-center', '/run/operations-center/unix.socket'],
  [
    { XDG_STATE_HOME: '/h/state', XDG_RUNTIME_DIR: '/run/user/7' },
    false,
    '/h/state/operations-center',
    '/run/user/7/operations-center/unix.socket',
  ],
])('%o as root: %s → %s and %s', (environment, isRoot, path, socket) => {
  expect(findStateDirectory(environment, isRoot)).toMatchObject({ path, socket });
});
