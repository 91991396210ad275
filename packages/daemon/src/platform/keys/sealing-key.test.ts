import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeTestFolder } from '../../testing/test-folder.ts';
import {
  findOpenKeyFiles,
  keyText,
  loadSealingKey,
  makeSealingKey,
  nextKeyPath,
  refuseCutOffRotation,
  requireKeyFolder,
  takeGivenKeys,
  takeNextKey,
  writeNextKey,
} from './sealing-key.ts';

const [one, two] = [randomBytes(32), randomBytes(32)];
const hex = (key: Buffer) => key.toString('hex');

test('the key is made once, 0600, and never where one is missing', () => {
  const path = join(makeTestFolder(), 'sealing.key');
  expect(() => loadSealingKey([], path)).toThrow(/is missing, but there is a database.*OPERATIONS_CENTER_SEALING_KEY/);
  expect(() => requireKeyFolder(join(path, 'below', 'key'))).toThrow(/there is no folder .*sealing_key\.file/);
  expect(makeSealingKey(path)).toBe(true);
  const made = loadSealingKey([], path);
  expect(made.source).toBe(path);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(makeSealingKey(path)).toBe(false);
  expect(loadSealingKey([], path)).toEqual(made);
  for (const wrong of ['short', `${hex(one)}zz`, `${hex(one)}${hex(two)}`, '']) {
    writeFileSync(path, wrong);
    expect(() => loadSealingKey([], path)).toThrow(wrong === '' ? /it is empty/ : /64 hex digits/);
  }
});

test('the environment, a named file, a credential and the own file are looked at in this order', () => {
  const folder = makeTestFolder();
  const file = join(folder, 'sealing.key');
  mkdirSync(join(folder, 'credentials'));
  writeFileSync(join(folder, 'named'), hex(one));
  writeFileSync(join(folder, 'credentials', 'sealing.key'), `${hex(one)}\n`);
  writeFileSync(file, hex(one));
  const environment = {
    OPERATIONS_CENTER_SEALING_KEY: hex(one),
    OPERATIONS_CENTER_SEALING_KEY_FILE: join(folder, 'named'),
    CREDENTIALS_DIRECTORY: join(folder, 'credentials'),
  };
  const given = takeGivenKeys(environment);
  expect(given.map(({ source }) => source.replace(folder, ''))).toEqual([
    'OPERATIONS_CENTER_SEALING_KEY',
    '/named (OPERATIONS_CENTER_SEALING_KEY_FILE)',
    '/credentials/sealing.key (credential of the service manager)',
  ]);
  expect(loadSealingKey(given, file).source).toBe('OPERATIONS_CENTER_SEALING_KEY');
  // Nothing that we start inherits it.
  expect(environment).not.toHaveProperty('OPERATIONS_CENTER_SEALING_KEY');
  const sources = given.map((_, at) => loadSealingKey(given.slice(at), file).source.replace(folder, ''));
  expect([...sources, loadSealingKey([], file).source.replace(folder, '')]).toEqual([
    ...given.map(({ source }) => source.replace(folder, '')),
    '/sealing.key',
  ]);
});

test('two keys that differ are refused, and both places named', () => {
  const file = join(makeTestFolder(), 'sealing.key');
  const given = takeGivenKeys({ OPERATIONS_CENTER_SEALING_KEY: hex(one) });
  expect(loadSealingKey(given, file).key).toEqual(one);
  writeFileSync(file, hex(two));
  expect(() => loadSealingKey(given, file)).toThrow(
    `they differ: OPERATIONS_CENTER_SEALING_KEY and ${file}. Remove the one that is not meant.`,
  );
});

test.each([
  [{ OPERATIONS_CENTER_SEALING_KEY: '' }, /OPERATIONS_CENTER_SEALING_KEY does not hold a key/],
  [{ OPERATIONS_CENTER_SEALING_KEY: 'secret-but-no-key' }, /^OPERATIONS_CENTER_SEALING_KEY does not hold a key of 64/],
  [{ OPERATIONS_CENTER_SEALING_KEY_FILE: '/nowhere/key' }, /\/nowhere\/key \(OPERATIONS_.*_FILE\) cannot be read/],
])('a source that gives no key is told, without what it holds: %j', (environment, message) => {
  expect(() => takeGivenKeys({ ...environment })).toThrow(message);
  expect(() => takeGivenKeys({ ...environment })).not.toThrow(/secret-but-no-key/);
});

test('a service manager that has no such credential gives nothing', () => {
  expect(takeGivenKeys({ CREDENTIALS_DIRECTORY: makeTestFolder() })).toEqual([]);
  expect(takeGivenKeys({})).toEqual([]);
});

test('the next key waits beside the present one, private, and takes its place', () => {
  const file = join(makeTestFolder(), 'sealing.key');
  writeFileSync(file, `${hex(one)}\n`);
  writeNextKey(file, two);
  expect(statSync(nextKeyPath(file)).mode & 0o777).toBe(0o600);
  expect(loadSealingKey([], file).key).toEqual(one);
  expect(() => refuseCutOffRotation(file)).toThrow(/sealing\.key\.next is there/);
  takeNextKey(file);
  expect(existsSync(nextKeyPath(file))).toBe(false);
  expect(readFileSync(file, 'utf8')).toBe(`${hex(two)}\n`);
  refuseCutOffRotation(file);
});

test('a key that is reached by a link is exchanged where it is, and the link stays', () => {
  const folder = makeTestFolder();
  const [file, link] = [join(folder, 'kept.key'), join(folder, 'sealing.key')];
  writeFileSync(file, keyText(one));
  symlinkSync(file, link);
  writeNextKey(link, two);
  expect(loadSealingKey([], link).key).toEqual(one);
  takeNextKey(link);
  expect(readFileSync(file, 'utf8')).toBe(keyText(two));
  expect(loadSealingKey([], link).key).toEqual(two);
  expect(readdirSync(folder)).toEqual(['kept.key', 'sealing.key']);
});

test('a key file that everybody may read is named', () => {
  const folder = makeTestFolder();
  const [file, named] = [join(folder, 'sealing.key'), join(folder, 'named')];
  for (const path of [file, named]) writeFileSync(path, hex(one), { mode: 0o640 });
  const given = takeGivenKeys({
    OPERATIONS_CENTER_SEALING_KEY: hex(one),
    OPERATIONS_CENTER_SEALING_KEY_FILE: named,
  });
  expect(findOpenKeyFiles(given, file)).toEqual([]);
  for (const path of [file, named]) chmodSync(path, 0o644);
  expect(findOpenKeyFiles(given, file)).toEqual([named, file]);
  expect(findOpenKeyFiles([], join(folder, 'nowhere'))).toEqual([]);
});
