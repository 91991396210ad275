import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
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

export type LabMember = { index: number; name: string; url: string; fingerprint: string };

/** Real Incus daemons in network namespaces of their own, each with the IncusOS half of our simulator behind `/os`. */
export type Lab = {
  directory: string;
  daemon: Daemon;
  servers: readonly LabMember[];
  /** `kill 3`, `start 3`, `cut 2` … as the script has them. */
  lab(...args: string[]): Promise<string>;
  stop(): Promise<void>;
};

export async function startLab(options: { members: number; environment?: NodeJS.ProcessEnv }): Promise<Lab> {
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
  await lab('net');
  const daemon = await startDaemon({
    directory: join(directory, 'daemon'),
    listen: `${net}.1:7443`,
    ...(options.environment === undefined ? {} : { environment: options.environment }),
  });
  const token = await makeToken(daemon, options.members + 5);
  const incusOs = `${join(root, 'bin/operations-center-sim')} os --operations-center ${daemon.url} --certificate ${daemon.certificate} --token ${token}`;
  const status = await lab(
    'up',
    String(options.members),
    '--os-cmd',
    incusOs,
    '--cert',
    join(daemon.directory, 'client.crt'),
    '--key',
    join(daemon.directory, 'client.key'),
  );
  const { members } = JSON.parse(status) as { members: LabMember[] };
  await awaitReady(
    daemon,
    members.map((member) => member.name),
  );
  return {
    directory,
    daemon,
    servers: members,
    lab,
    async stop() {
      await daemon.stop();
      await lab('down');
      if (process.env['KEEP_WORLDS'] === undefined) rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** ZFS is not in every kernel: in the lab the pool `local` is a directory. */
export const dirPool = '\nstorage_pools:\n  - name: local\n    driver: dir\n';
