import { readFileSync, statSync } from 'node:fs';
import { type FaultPort, makeFaults, parseFault } from './faults.ts';

/** Faults out of a file, one a line, read again whenever it changes; no file: none. For a server that has no control API. */
export function faultsFromFile(path: string): FaultPort {
  let changedAt = -1;
  let faults = makeFaults();
  return {
    active(fault, server, argument) {
      const stamp = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
      if (stamp !== changedAt) {
        faults = makeFaults(stamp === 0 ? [] : readFaults(path));
        changedAt = stamp;
      }
      return faults.active(fault, server, argument);
    },
  };
}

const readFaults = (path: string) =>
  readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => parseFault(line.trim()));
