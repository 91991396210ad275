import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeTestFolder } from '../testing/test-folder.ts';
import { readNamedFile, writeNamedFile } from './named-file.ts';

const named = { what: 'the passphrase', fix: 'Write it into a file.' };

test('a small file is read whole, also through a link', () => {
  const folder = makeTestFolder();
  writeFileSync(join(folder, 'a'), 'größer\n');
  symlinkSync(join(folder, 'a'), join(folder, 'b'));
  expect(readNamedFile(join(folder, 'b'), named)).toBe('größer\n');
});

test('what cannot be read is told by name, with the reason and what to do, whatever it is', () => {
  const folder = makeTestFolder();
  const at = (name: string) => join(folder, name);
  mkdirSync(at('folder'));
  writeFileSync(at('empty'), '');
  writeFileSync(at('huge'), Buffer.alloc(2 * 1024 * 1024));
  symlinkSync(at('loop'), at('loop'));
  const cases: [string, string][] = [
    [at('nosuch'), 'there is no such file (ENOENT)'],
    [at('folder'), 'it is a folder (EISDIR)'],
    [at('huge/below'), 'a part of the path is a file (ENOTDIR)'],
    [at('empty'), 'it is empty'],
    [at('huge'), 'it holds more than 1024 KiB'],
    ['/dev/zero', 'it holds more than 1024 KiB'],
    [at('loop'), 'it is a link that leads nowhere (ELOOP)'],
  ];
  for (const [path, why] of cases) {
    expect(() => readNamedFile(path, named)).toThrow(
      `the passphrase ${path} cannot be read: ${why}. Write it into a file.`,
    );
  }
});

test('nothing is written over, and where nothing can be written it is said', () => {
  const folder = makeTestFolder();
  writeNamedFile(join(folder, 'new'), 'text', named);
  for (const [path, why] of [
    [join(folder, 'new'), 'it is there already'],
    [join(folder, 'nosuch/new'), 'there is no folder for it'],
  ] as const) {
    expect(() => writeNamedFile(path, 'other', named)).toThrow(why);
  }
  expect(readNamedFile(join(folder, 'new'), named)).toBe('text');
});
