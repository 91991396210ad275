import { existsSync, statSync } from 'node:fs';
import { makeTestDirectory } from '@operations-center/database/testing';
import { expect, onTestFinished, test } from 'vitest';
import { type Keys, keyFiles, packBundle, readKeys, unpackBundle, writeKeys } from './bundle.ts';
import { findStateDirectory } from './state-directory.ts';

// Every name of the list is in it.
const named = Object.fromEntries(keyFiles.map((name) => [name, `the ${name}`])) as Keys;
const key = Buffer.alloc(32, 7);
const keys: Keys = { ...named, sealingKey: `${key.toString('hex')}\n` };

test.each([undefined, 'correct horse'])('a bundle gives back the keys it was made of (passphrase %s)', (passphrase) => {
  const text = packBundle(keys, passphrase);
  expect(unpackBundle(text, passphrase)).toEqual(keys);
  expect(text.includes('the clientKey')).toBe(passphrase === undefined);
});

test('a sealed bundle opens with its passphrase only, and not when it was changed', () => {
  const text = packBundle(keys, 'correct horse');
  expect(() => unpackBundle(text, 'wrong horse')).toThrow('the passphrase is another one, or the file was changed');
  expect(() => unpackBundle(text, undefined)).toThrow('--passphrase-file');
  const changed = JSON.parse(text) as { tag: string };
  changed.tag = Buffer.alloc(16).toString('base64');
  expect(() => unpackBundle(JSON.stringify(changed), 'correct horse')).toThrow('the file was changed');
});

test.each(['', 'nonsense', '{}', '{"bundle":"operations-center","version":2}'])('%j is no bundle', (text) => {
  expect(() => unpackBundle(text, undefined)).toThrow('this is no bundle of Operations Center');
});

test('keys are written for us alone, and never over others', () => {
  const directory = makeTestDirectory();
  onTestFinished(() => directory.end());
  const state = findStateDirectory({ OPERATIONS_CENTER_DIR: directory.path }, false);
  expect(() => readKeys(state, [])).toThrow(`${state.clientCertificate} is missing`);
  writeKeys(state, keys, []);
  expect(readKeys(state, [])).toEqual(keys);
  for (const name of keyFiles) expect(statSync(state[name]).mode & 0o777).toBe(0o600);
  expect(() => writeKeys(state, keys, [])).toThrow('never written over others');
});

test('a sealing key that is given from elsewhere is packed, and kept in no file', () => {
  const directory = makeTestDirectory();
  onTestFinished(() => directory.end());
  const state = findStateDirectory({ OPERATIONS_CENTER_DIR: directory.path }, false);
  const given = [{ key, source: 'the environment' }];
  expect(() => writeKeys(state, keys, [{ key: Buffer.alloc(32, 8), source: 'the environment' }])).toThrow(
    'the environment gives another sealing key than the bundle',
  );
  writeKeys(state, keys, given);
  expect(existsSync(state.sealingKey)).toBe(false);
  expect(readKeys(state, given)).toEqual(keys);
});
