import { execFile } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import type { Clock } from './clock.ts';
import type { ServerCertificate } from './incus/member.ts';

/** What IncusOS leaves out of a backup of Incus, and what lies on other file systems or belongs to the running daemon. */
const EXCLUDED = ['guestapi', 'shmounts', 'unix.socket', 'logs'];
const STOP_MS = 90_000;
const STEP_MS = 60_000;
const ASK_MS = 30_000;

/** A real incusd of the lab, seen from its host: its directory, its unix socket, the script that stops and starts it. */
export type LabIncus = {
  /** The member's own certificate; undefined before incusd made it. */
  certificate(): ServerCertificate | undefined;
  answers(): Promise<boolean>;
  trust(entry: { name: string; certificate: string }): Promise<void>;
  listenOn(address: string): Promise<void>;
  backup(): Promise<Buffer>;
  /** Unpacks beside. The answer puts it in place: stop, replace, start. */
  unpack(archive: Buffer): Promise<() => Promise<void>>;
  /** Stop, empty the directory, start. */
  wipe(): Promise<void>;
  stop(): Promise<void>;
  start(): Promise<void>;
};

export type LabMember = { lab: string; member: string; script: string };

export function labIncus({ lab, member, script }: LabMember, clock: Clock): LabIncus {
  const directory = join(lab, 'm', member, 'incus');
  const socketPath = join(directory, 'unix.socket');
  const runScript = (verb: string) => run(script, [verb, member], { INCUS_LAB_DIR: lab });

  async function stop(): Promise<void> {
    const deadline = performance.now() + STOP_MS;
    while (performance.now() < deadline) {
      // The script itself gives up after half a minute; without quorum incusd needs longer.
      if (await succeeds(runScript('stop'))) return;
    }
    await runScript('kill');
    await clock.pause(500);
  }
  async function replaceWith(unpacked: string | undefined): Promise<void> {
    await stop();
    // The directory itself is bind-mounted into the member: only its contents change.
    for (const name of await readdir(directory)) await rm(join(directory, name), { recursive: true, force: true });
    if (unpacked !== undefined) {
      for (const name of await readdir(unpacked)) await rename(join(unpacked, name), join(directory, name));
      await rm(unpacked, { recursive: true, force: true });
    }
    await runScript('start');
  }
  return {
    certificate() {
      const [certificate, key] = [join(directory, 'server.crt'), join(directory, 'server.key')];
      if (!existsSync(certificate) || !existsSync(key)) return undefined;
      const pem = readFileSync(certificate, 'utf8');
      const fingerprint = new X509Certificate(pem).fingerprint256.replaceAll(':', '').toLowerCase();
      return { certificate: pem, key: readFileSync(key, 'utf8'), fingerprint };
    },
    answers: async () => (await ask(socketPath, 'GET', '/1.0').catch(() => undefined))?.status === 200,
    async trust({ name, certificate }) {
      const body = { type: 'client', name, certificate: new X509Certificate(certificate).raw.toString('base64') };
      const { status, text } = await ask(socketPath, 'POST', '/1.0/certificates', body);
      // 409: the lab trusts it already, which is all we want.
      if (status !== 201 && status !== 409)
        throw new Error(`incusd refused the certificate: ${status} ${text.slice(0, 500)}`);
    },
    async listenOn(address) {
      const { status, text } = await ask(socketPath, 'PATCH', '/1.0', {
        config: { 'core.https_address': `${address}:8443` },
      });
      if (status !== 200) throw new Error(`incusd does not listen on ${address}: ${status} ${text.slice(0, 500)}`);
    },
    backup: () =>
      tar(['-C', directory, '--one-file-system', ...EXCLUDED.map((name) => `--exclude=./${name}`), '-czf', '-', '.']),
    async unpack(archive) {
      // As IncusOS does it: one that a power cut left behind is in the way of every later restore.
      const beside = `${directory}.new`;
      await mkdir(beside, { mode: 0o700 }).catch((cause: NodeJS.ErrnoException) => {
        throw new Error(`mkdir /var/lib/incus.new: ${cause.code === 'EEXIST' ? 'file exists' : cause.message}`, {
          cause,
        });
      });
      const file = `${beside}.tar.gz`;
      try {
        await writeFile(file, archive, { mode: 0o600 });
        await tar(['-C', beside, '--numeric-owner', '-xpzf', file]);
        if (!existsSync(join(beside, 'database'))) throw new Error('the archive holds no Incus directory');
      } catch (error) {
        await rm(beside, { recursive: true, force: true });
        throw error;
      } finally {
        await rm(file, { force: true });
      }
      return () => replaceWith(beside);
    },
    wipe: () => replaceWith(undefined),
    stop,
    start: async () => void (await runScript('start')),
  };
}

const succeeds = (promise: Promise<unknown>): Promise<boolean> =>
  promise.then(
    () => true,
    () => false,
  );

function run(command: string, parameters: string[], environment: Record<string, string>): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const options = {
      encoding: 'buffer' as const,
      env: { ...process.env, ...environment },
      timeout: STEP_MS,
      maxBuffer: 2 ** 30,
    };
    execFile(command, parameters, options, (error, stdout, stderr) => {
      if (error === null) return resolve(stdout);
      reject(
        new Error(`${command} ${parameters.join(' ')}: ${stderr.toString().trim() || error.message}`, {
          cause: Object.assign(error, { stdout }),
        }),
      );
    });
  });
}

/** tar exits 1 when a file changed while it was read; IncusOS' own backup may be torn in the same way. */
async function tar(parameters: string[]): Promise<Buffer> {
  try {
    return await run('tar', parameters, {});
  } catch (error) {
    const cause: unknown = error instanceof Error ? error.cause : undefined;
    const code: unknown = cause instanceof Error ? Reflect.get(cause, 'code') : undefined;
    const stdout: unknown = cause instanceof Error ? Reflect.get(cause, 'stdout') : undefined;
    if (code === 1 && Buffer.isBuffer(stdout) && parameters.includes('-czf')) return stdout;
    throw error;
  }
}

function ask(
  socketPath: string,
  method: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({
      socketPath,
      method,
      path,
      headers: { 'content-type': 'application/json' },
      signal: AbortSignal.timeout(ASK_MS),
    });
    request.once('error', reject);
    request.once('response', (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        if (text.length < 2 ** 20) text += chunk;
      });
      response.once('error', reject);
      response.once('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    request.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
