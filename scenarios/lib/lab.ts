import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Daemon, startDaemon } from './daemon.ts';
import { root } from './programs.ts';
import { awaitReady, makeToken } from './world.ts';

const run = promisify(execFile);
const script = join(root, 'tools/incus-lab/incus-lab.sh');

/** The unpacked Debian packages of Incus; kept between runs, because fetching them takes half a minute. */
export const labCache = join(tmpdir(), 'operations-center-lab');

export type LabMember = { index: number; name: string; url: string; fingerprint: string; incusd: number | null };

/** Real Incus daemons in network namespaces of their own, each with the IncusOS half of our simulator behind `/os`. */
export type Lab = {
  directory: string;
  daemon: Daemon;
  servers: readonly LabMember[];
  /** `kill 3`, `start 3`, `cut 2` … as the script has them. */
  lab(...args: string[]): Promise<string>;
  /** What the IncusOS half of each server shows wrongly: NAME@SERVER, all that there is at once. */
  setFaults(...faults: string[]): void;
  stop(): Promise<void>;
};

export async function startLab(options: {
  members: number;
  environment?: NodeJS.ProcessEnv;
  /** `--log-level DEBUG` */
  daemon?: readonly string[];
}): Promise<Lab> {
  const directory = mkdtempSync(join(tmpdir(), 'oc-lab-'));
  const net = `10.${200 + (process.pid % 50)}.${process.pid % 200}`;
  const env = {
    ...process.env,
    INCUS_LAB_DIR: join(directory, 'lab'),
    INCUS_LAB_CACHE: labCache,
    INCUS_LAB_ID: `oc${process.pid % 10_000}`,
    INCUS_LAB_NET: net,
  };
  const lab = async (...args: string[]): Promise<string> => {
    const { stdout } = await run(script, args, { env, maxBuffer: 1 << 26, timeout: 240_000 });
    return stdout;
  };
  const stop = async (): Promise<void> => {
    await started.daemon?.stop();
    await lab('down');
    if (process.env['KEEP_WORLDS'] === undefined) rmSync(directory, { recursive: true, force: true });
  };
  const started: { daemon?: Daemon } = {};
  try {
    await lab('net');
    const daemon = await startDaemon({
      directory: join(directory, 'daemon'),
      listen: `${net}.1:7443`,
      environment: options.environment ?? {},
      arguments: options.daemon ?? [],
    });
    started.daemon = daemon;
    const faults = join(directory, 'faults');
    const servers = await bringUp(daemon, lab, options.members, faults);
    const setFaults = (...list: string[]) => writeFileSync(faults, list.map((fault) => `${fault}\n`).join(''));
    return { directory, daemon, servers, lab, setFaults, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

type RunLab = (...args: string[]) => Promise<string>;

/** Members that register themselves with the daemon, as IncusOS does. */
async function bringUp(daemon: Daemon, lab: RunLab, members: number, faults: string): Promise<LabMember[]> {
  const token = await makeToken(daemon, members + 5);
  const simulator = join(root, 'bin/operations-center-sim');
  const incusOs = `${simulator} os --operations-center ${daemon.url} --certificate ${daemon.certificate} --token ${token} --faults ${faults}`;
  const identity = ['--cert', join(daemon.directory, 'client.crt'), '--key', join(daemon.directory, 'client.key')];
  const status = await lab('up', String(members), '--os-cmd', incusOs, ...identity);
  const found = (JSON.parse(status) as { members: LabMember[] }).members;
  await awaitReady(
    daemon,
    found.map((member) => member.name),
  );
  return found;
}

/** ZFS is not in every kernel: in the lab the pool `local` is a directory. */
export const dirPool = '\nstorage_pools:\n  - name: local\n    driver: dir\n';
