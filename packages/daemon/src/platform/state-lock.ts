import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { StateDirectory } from './state-directory.ts';

/**
 * One daemon a state. Node has no flock; SQLite's exclusive lock is one, and the kernel frees it on kill -9
 * (engineering E5). The pid beside it is only for the message.
 */
export function lockState(state: StateDirectory): { release(): void } {
  const lock = new DatabaseSync(state.lock, { timeout: 0 });
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    lock.close();
    throw new Error(
      `another operations-centerd${holder(state)} uses ${state.path}: stop it first, or choose another OPERATIONS_CENTER_DIR`,
      { cause },
    );
  }
  writeFileSync(state.pid, `${process.pid}\n`, { mode: 0o600 });
  return {
    release() {
      rmSync(state.pid, { force: true });
      lock.close();
    },
  };
}

function holder(state: StateDirectory): string {
  try {
    return ` (process ${readFileSync(state.pid, 'utf8').trim()})`;
  } catch {
    return '';
  }
}
