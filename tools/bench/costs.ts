import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What some work cost a process: the operating system's figures, not the process' own. */
export type Measured = {
  count: number;
  cpuUs: number;
  wallMs: number;
  /** Monotonic microseconds, the clock of Node's CPU profiles. */
  from: number;
  to: number;
};

/** CPU time of all threads of a process, in microseconds. */
export function cpuOf(pid: number): number {
  const threads = readdirSync(`/proc/${pid}/task`);
  try {
    const nanoseconds = threads.map((thread) =>
      Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]),
    );
    return nanoseconds.reduce((sum, value) => sum + value, 0) / 1_000;
  } catch {
    // A kernel without schedstat counts in ticks of 10 ms.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) * 10_000;
  }
}

/** Resident memory in MB (10^6 bytes are not meant: MiB, as `ps` shows it). */
export function residentMb(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? Number.NaN) / 1024;
}

export const pidOfDaemon = (directory: string): number => Number(readFileSync(join(directory, 'daemon.pid'), 'utf8'));

const monotonicUs = (): number => Number(process.hrtime.bigint() / 1_000n);

/** What `work` cost the process `pid`; `count` is what one divides by. */
export async function measure<T>(
  pid: number,
  count: number,
  work: () => Promise<T>,
): Promise<{ result: T; measured: Measured }> {
  const cpu = cpuOf(pid);
  const from = monotonicUs();
  const result = await work();
  const to = monotonicUs();
  return { result, measured: { count, cpuUs: cpuOf(pid) - cpu, wallMs: (to - from) / 1_000, from, to } };
}

export const each = ({ cpuUs, count }: Measured): number => cpuUs / count;
