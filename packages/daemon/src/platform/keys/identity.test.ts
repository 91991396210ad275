import { copyFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeTestFolder } from '../../testing/test-folder.ts';
import { findStateDirectory, prepareStateDirectory } from '../state-directory.ts';
import { lockState } from '../state-lock.ts';
import { loadIdentity, makeIdentity } from './identity.ts';

const freshState = () => {
  const state = findStateDirectory({ OPERATIONS_CENTER_DIR: makeTestFolder() }, false);
  prepareStateDirectory(state);
  return state;
};

test('key pairs are made once, 0600, and used as they are afterwards', async () => {
  const state = freshState();
  await makeIdentity(state);
  const made = loadIdentity(state);
  expect(statSync(state.clientKey).mode & 0o777).toBe(0o600);
  await makeIdentity(state);
  expect(loadIdentity(state)).toEqual(made);
});

test.each(['clientCertificate', 'clientKey', 'serverCertificate'] as const)(
  'a missing %s is a refusal that names the file and the fingerprint to look for',
  async (name) => {
    const state = freshState();
    await makeIdentity(state);
    rmSync(state[name]);
    expect(() => loadIdentity(state)).toThrow(state[name]);
    expect(() => loadIdentity(state, { client: 'c0ffee', server: 'c0ffee' })).toThrow('c0ffee');
  },
);

test.each(['clientCertificate', 'clientKey', 'serverCertificate', 'serverKey'] as const)(
  '%s that is no PEM is a refusal that names it',
  async (name) => {
    const state = freshState();
    await makeIdentity(state);
    writeFileSync(state[name], '-----BEGIN NOTHING-----');
    expect(() => loadIdentity(state)).toThrow(`${state[name]} cannot be read: not a `);
  },
);

test('a key that belongs to another certificate is refused', async () => {
  const state = freshState();
  await makeIdentity(state);
  copyFileSync(state.serverKey, state.clientKey);
  expect(() => loadIdentity(state)).toThrow(`${state.clientKey} is not the key of ${state.clientCertificate}`);
});

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
