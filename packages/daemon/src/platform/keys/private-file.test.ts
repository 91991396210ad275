import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeTestFolder } from '../../testing/test-folder.ts';
import { writePrivateFile } from './private-file.ts';

test('a private file is ours alone, whatever stood there or was left by a try that was cut off', () => {
  const folder = makeTestFolder();
  const path = join(folder, 'daemon.yml');
  writeFileSync(path, 'open to all');
  chmodSync(path, 0o644);
  writeFileSync(`${path}.new`, 'half');
  chmodSync(`${path}.new`, 0o644);
  writePrivateFile(path, 'a password');
  expect(readFileSync(path, 'utf8')).toBe('a password');
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder)).toEqual(['daemon.yml']);
});
