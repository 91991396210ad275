import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { CliFailure, renderFailure } from './failures/failure.ts';
import { makeFolder } from './make-folder.ts';
import { readFile, readTextFile } from './read-file.ts';

function makeTestFolder(): (name: string) => string {
  const folder = mkdtempSync(join(tmpdir(), 'operations-center-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return (name) => join(folder, name);
}

function toldBy(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof CliFailure) return renderFailure(error.parts);
    throw error;
  }
  return '';
}

test('a file is read whole, up to its limit and not a byte further', () => {
  const at = makeTestFolder();
  const mib = 1024 * 1024;
  const bytes = Buffer.alloc(mib, 'ab');
  writeFileSync(at('limit'), bytes);
  expect(readFile(at('limit'), mib).equals(bytes)).toBe(true);
  writeFileSync(at('more'), Buffer.alloc(mib + 1));
  expect(toldBy(() => readFile(at('more'), mib))).toContain('It holds more than 1 MiB.\n');
  writeFileSync(at('empty'), '');
  expect(readTextFile(at('empty'))).toBe('');
});

test('what cannot be read is told by name, why, and what to do', () => {
  const at = makeTestFolder();
  mkdirSync(at('folder'));
  writeFileSync(at('file'), 'x');
  symlinkSync(at('loop'), at('loop'));
  const cases = [
    [at('nosuch'), 'There is no such file.'],
    [at('folder'), 'It is a folder.'],
    [at('file/below'), 'A part of its path is no folder.'],
    [at('loop'), 'It is a link that leads nowhere.'],
    ['/dev/zero', 'It holds more than 4 MiB.'],
  ] as const;
  for (const [path, why] of cases) {
    expect(toldBy(() => readTextFile(path))).toMatch(
      new RegExp(
        `^Error: ${path} cannot be read\\n${why}\\nName a file that this user can read\\. +\\(file_unreadable\\)`,
      ),
    );
  }
});

test('a folder is made with those above it; where none can be made it is said at once', () => {
  const at = makeTestFolder();
  makeFolder(at('a/b/c'), '');
  writeFileSync(at('a/b/c/file'), 'x');
  makeFolder(at('a/b/c'), '');
  expect(readFileSync(at('a/b/c/file'), 'utf8')).toBe('x');
  expect(toldBy(() => makeFolder(at('a/b/c/file/d'), 'Name another.'))).toContain(
    'There is a file of that name.\nName another.',
  );
  expect(toldBy(() => makeFolder('/proc/operations-center/d', 'Name another.'))).toContain(
    'It cannot be made there.\n',
  );
});
