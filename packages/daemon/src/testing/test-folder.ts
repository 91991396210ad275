import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A folder of the running test, gone when it is over. */
export function makeTestFolder(): string {
  const path = mkdtempSync(join(tmpdir(), 'operations-center-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}
