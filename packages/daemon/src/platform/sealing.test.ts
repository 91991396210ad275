import { randomBytes } from 'node:crypto';
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeTestFolder } from '../testing/test-folder.ts';
import { isSealed, loadSealingKey, makeSealer, makeSealingKey, requireKeyFolder, type Sealed } from './sealing.ts';

const sealer = makeSealer(randomBytes(32));

test('a sealed secret opens to itself, and two seals of it differ', () => {
  const [one, two] = [sealer.seal('höchst geheim'), sealer.seal('höchst geheim')];
  expect(isSealed(one)).toBe(true);
  expect(one).not.toContain('geheim');
  expect(one).not.toBe(two);
  expect(sealer.open(one)).toBe('höchst geheim');
});

test('another key or a changed byte opens nothing', () => {
  const sealed = sealer.seal('secret');
  expect(() => makeSealer(randomBytes(32)).open(sealed)).toThrow(/authenticate/);
  const changed = `${sealed.slice(0, -2)}${sealed.endsWith('AA') ? 'BB' : 'AA'}` as Sealed;
  expect(() => sealer.open(changed)).toThrow(/authenticate/);
});

test('secrets are sealed by path, opened and redacted in place, the rest untouched', () => {
  const json = JSON.stringify({
    peers: [
      { name: 'a', key: 'k1' },
      { name: 'b', key: '' },
    ],
    password: 'p"w',
    note: 'plain',
  });
  const sealed = sealer.sealPaths(json, [['peers', '*', 'key'], ['password'], ['nowhere', 'at', 'all']]);
  expect(sealed).not.toContain('"k1"');
  expect(sealed).toContain('plain');
  expect(JSON.parse(sealer.openAll(sealed))).toEqual(JSON.parse(json));
  expect(JSON.parse(sealer.redactAll(sealed))).toMatchObject({
    password: '**redacted**',
    peers: [{ key: '**redacted**' }, { key: '' }],
  });
  expect(sealer.sealPaths(sealed, [['password']])).toBe(sealed);
});

test('the key is made once, 0600, and never where one is missing', () => {
  const path = join(makeTestFolder(), 'sealing.key');
  expect(() => loadSealingKey(path)).toThrow(/is missing, but there is a database/);
  expect(() => requireKeyFolder(join(path, 'below', 'key'))).toThrow(/there is no folder .*sealing_key\.file/);
  expect(makeSealingKey(path)).toBe(true);
  const key = loadSealingKey(path);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(makeSealingKey(path)).toBe(false);
  expect(loadSealingKey(path)).toEqual(key);
  writeFileSync(path, 'short');
  expect(() => loadSealingKey(path)).toThrow(/64 hex digits/);
});
