import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { faultsFromFile } from './faults-file.ts';

test('faults come and go with the file', () => {
  const directory = mkdtempSync(join(tmpdir(), 'sim-faults-'));
  const path = join(directory, 'faults');
  const faults = faultsFromFile(path);
  expect(faults.active('tpm-mismatch', 'server1')).toBeUndefined();
  writeFileSync(path, 'tpm-mismatch@server1\nlvm-id@server2:7\n');
  expect(faults.active('tpm-mismatch', 'server1')).toEqual({});
  expect(faults.active('lvm-id', 'server2')).toEqual({ arg: '7' });
  writeFileSync(path, '');
  // Two writes within one tick of the disk's clock look alike.
  utimesSync(path, 1, 1);
  expect(faults.active('tpm-mismatch', 'server1')).toBeUndefined();
  rmSync(directory, { recursive: true });
});
