import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeTestFolder } from '../testing/test-folder.ts';

test.each([
  ['rotate-key', 'holds no database: nothing is sealed yet'],
  ['backup b1', 'nothing to back up'],
  ['migrate-database --to postgres://nobody@127.0.0.1:1/x', 'is not there: there is nothing to copy'],
])('%s in an empty directory leaves it empty, so that a backup can be restored into it', (words, told) => {
  const folder = makeTestFolder();
  const ran = spawnSync(process.execPath, [join(import.meta.dirname, '..', 'main.ts'), ...words.split(' ')], {
    env: { PATH: process.env['PATH'], OPERATIONS_CENTER_DIR: folder },
    encoding: 'utf8',
    timeout: 60_000,
  });
  expect(ran.stderr).toContain(told);
  expect(ran.status).toBe(1);
  expect(readdirSync(folder)).toEqual([]);
});
