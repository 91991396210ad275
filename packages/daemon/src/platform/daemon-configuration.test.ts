import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeTestDirectory } from '@operations-center/database/testing';
import { expect, onTestFinished, test } from 'vitest';
import { isOpenlySent, loadDaemonConfiguration, parseDaemonConfiguration, shownUrl } from './daemon-configuration.ts';
import { findStateDirectory } from './state-directory.ts';

test.each([
  ['database:\n  url: mysql://h/d\n', 'daemon.yml:2:8: database.url: expected postgres://USER@HOST/DATABASE'],
  ['database:\n  urll: postgres://h/d\n', 'daemon.yml:2:3: database.urll: unknown key'],
  ['databas: {}\n', 'daemon.yml:1:1: databas: unknown key'],
  ['database:\n  url: postgres://h/d\n  pool_size: many\n', 'daemon.yml:3:14: database.pool_size'],
  ['database: [\n', 'daemon.yml:2:1'],
])('%j is refused with its place', (text, message) => {
  expect(() => parseDaemonConfiguration(text, 'daemon.yml')).toThrow(message);
});

test('a wrong value is not quoted: it may be a password', () => {
  expect(() => parseDaemonConfiguration('database:\n  url: hunter2\n', 'daemon.yml')).toThrow(
    expect.objectContaining({ message: expect.not.stringContaining('hunter2') }),
  );
});

test('an empty file configures nothing, a URL has its defaults', () => {
  expect(parseDaemonConfiguration('', 'daemon.yml')).toEqual({});
  expect(parseDaemonConfiguration('database:\n  url: postgres://oc@db/oc\n', 'daemon.yml')).toEqual({
    database: { url: 'postgres://oc@db/oc', pool_size: 10, lease_seconds: 15 },
  });
});

test.each([
  [
    'postgres://oc:hunter2@db.example.net:5432/oc?sslmode=verify-full',
    'postgres://oc:***@db.example.net:5432/oc?sslmode=verify-full',
  ],
  ['postgres://oc@/oc?host=/run/postgresql', 'postgres://oc@/oc?host=/run/postgresql'],
  ['postgres://db/oc?user=oc&password=hunter2', 'postgres://db/oc?user=oc'],
  ['nonsense hunter2', 'postgres://…'],
])('%s is shown without its password', (url, shown) => {
  expect(shownUrl(url)).toBe(shown);
});

test.each([
  ['postgres://oc:p@db.example.net/oc', {}, true],
  ['postgres://oc:p@10.0.0.7:5432/oc?application_name=x', {}, true],
  ['postgres://oc:p@db.example.net/oc', { PGSSLMODE: 'verify-full' }, false],
  ['postgres://oc:p@db.example.net/oc?sslmode=verify-full', {}, false],
  // Somebody decided it.
  ['postgres://oc:p@db.example.net/oc?sslmode=disable', {}, false],
  ['postgres://oc:p@localhost/oc', {}, false],
  ['postgres://oc:p@127.0.0.1:5432/oc', {}, false],
  ['postgres://oc:p@[::1]/oc', {}, false],
  ['postgres://oc@/oc?host=/run/postgresql', {}, false],
  ['postgres:///oc', {}, false],
])('%s with %o goes over a network as it is: %s', (url, environment, expected) => {
  expect(isOpenlySent(url, environment)).toBe(expected);
});

function makePlace() {
  const directory = makeTestDirectory();
  onTestFinished(() => directory.end());
  const folder = join(directory.path, 'conf');
  mkdirSync(folder);
  const state = findStateDirectory({ OPERATIONS_CENTER_DIR: directory.path }, false);
  return { state, folder, load: () => loadDaemonConfiguration({ OPERATIONS_CENTER_CONF: folder }, state) };
}

test('the file of OPERATIONS_CENTER_CONF counts; two files are one too many', () => {
  const { state, folder, load } = makePlace();
  expect(load()).toEqual({ path: state.configuration });
  writeFileSync(join(folder, 'daemon.yml'), 'database:\n  url: postgres://there/oc\n');
  expect(load().database?.url).toBe('postgres://there/oc');
  writeFileSync(state.configuration, 'database:\n  url: postgres://here/oc\n');
  expect(load).toThrow(`there are two: ${join(folder, 'daemon.yml')} and ${state.configuration}`);
});

test('a password that others may read is refused', () => {
  const { state, load } = makePlace();
  writeFileSync(state.configuration, 'database:\n  url: postgres://oc:hunter2@db/oc\n', { mode: 0o600 });
  expect(load().database?.url).toContain('hunter2');
  chmodSync(state.configuration, 0o640);
  expect(load).toThrow(`chmod 600 ${state.configuration}`);
});
