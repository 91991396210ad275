/**
 * `npm run demo`: a daemon on an empty directory, six simulated servers, and a cluster of three from the two files of
 * docs/examples. Ends by itself without a terminal; with one it keeps running until Ctrl-C, which ends all it started.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeCertificate } from '../packages/tls/src/index.ts';
import { type Daemon, startDaemon } from '../scenarios/lib/daemon.ts';
import { type SimulatedFleet, startFleet } from '../scenarios/lib/simulated-fleet.ts';
import { awaitReady, makeToken } from '../scenarios/lib/world.ts';
import { readCommandLine } from './command-line.ts';

readCommandLine('Usage: npm run demo     no options; Ctrl-C ends everything', {});

const root = join(import.meta.dirname, '..');
const directory = mkdtempSync(join(tmpdir(), 'operations-center-demo-'));
const running: { stop(): Promise<void> }[] = [];
const started = performance.now();

/** Loopback networks are many; the first one that is free is taken. */
const networks = ['127.77.0', '127.78.0', '127.79.0', '127.80.0'];

async function main(): Promise<void> {
  const { daemon, fleet } = await startAll();
  say(`Six simulated servers have registered with ${daemon.url} and are ready:`);
  await show(daemon, 'provisioning', 'server', 'list', '-f', 'compact');

  const files = await writeExampleFiles();
  const [first] = fleet.servers;
  say('A cluster is formed from three of them, with the two files of docs/examples:');
  await show(
    daemon,
    ...`provisioning cluster add wonderful ${first?.url ?? ''} --server-names server1,server2,server3`.split(' '),
    '--services-config',
    files.services,
    '--application-seed-config',
    files.application,
  );
  say('It stands:');
  await show(daemon, 'provisioning', 'cluster', 'list', '-f', 'compact');
  await show(daemon, 'inventory', 'network', 'list', '-f', 'compact');
  await show(daemon, 'operation', 'list', '-f', 'compact');
  say(`To look at it in a browser: ${daemon.url}/ui/`);
  await show(daemon, 'ui', '--print');
  say(`Done in ${((performance.now() - started) / 1000).toFixed(1)} s.`);
  if (!process.stdin.isTTY || !process.stdout.isTTY) return;
  await invite(daemon);
}

async function startAll(): Promise<{ daemon: Daemon; fleet: SimulatedFleet }> {
  let last: unknown;
  for (const network of networks) {
    try {
      const daemon = await startDaemon({ directory: join(directory, network), listen: `${network}.1:7443` });
      running.push(daemon);
      const token = await makeToken(daemon, 6);
      const fleet = await startFleet({
        directory,
        servers: 6,
        network: `${network}.0/24`,
        arguments: ['--operations-center', daemon.url, '--certificate', daemon.certificate, '--token', token],
      });
      running.push(fleet);
      await awaitReady(
        daemon,
        fleet.servers.map((server) => server.name),
      );
      return { daemon, fleet };
    } catch (error) {
      last = error;
      await stopAll();
    }
  }
  throw last;
}

/** The page's own files; the dots of its certificate become a real one. */
async function writeExampleFiles(): Promise<{ services: string; application: string }> {
  const { certificate } = await makeCertificate({ commonName: 'me', usage: 'client' });
  const body = certificate.trim().split('\n').join('\n      ');
  const text = readFileSync(join(root, 'docs/examples/application.yaml'), 'utf8').replace(
    /-----BEGIN CERTIFICATE-----[^]*-----END CERTIFICATE-----/,
    body,
  );
  const application = join(directory, 'application.yaml');
  writeFileSync(application, text);
  return { services: join(root, 'docs/examples/services.yaml'), application };
}

/** Runs one command of the CLI as a person would, its output straight to this terminal. */
function show(daemon: Daemon, ...args: string[]): Promise<void> {
  process.stdout.write(`\n$ operations-center ${args.map((arg) => arg.replace(`${root}/`, '')).join(' ')}\n`);
  return new Promise((resolve, reject) => {
    const child = spawn(join(root, 'bin/operations-center'), args, {
      env: environmentOf(daemon),
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    child.once('error', reject);
    child.once('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`operations-center ${args.join(' ')} ended with ${code}`)),
    );
  });
}

const environmentOf = (daemon: Daemon): NodeJS.ProcessEnv => ({
  ...process.env,
  OPERATIONS_CENTER_DIR: daemon.directory,
  OPERATIONS_CENTER_CONF: join(daemon.directory, 'cli'),
});

async function invite(daemon: Daemon): Promise<void> {
  say(`Everything keeps running. In another terminal:

  export OPERATIONS_CENTER_DIR=${daemon.directory} PATH=${join(root, 'bin')}:$PATH
  operations-center ui                       another link that signs a browser in
  operations-center operation show $(operations-center operation list -f csv | cut -d, -f1 | head -n 1)
  operations-center inventory storage-volume list
  operations-center provisioning cluster remove wonderful --force

Ctrl-C ends everything.`);
  await new Promise<void>((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
}

const say = (text: string): void => void process.stdout.write(`\n${text}\n`);

async function stopAll(): Promise<void> {
  await Promise.all(running.splice(0).map((part) => part.stop()));
}

process.once('SIGINT', () => void stopAll().then(() => process.exit(130)));
void main()
  .then(
    () => 0,
    (error: unknown) => {
      process.stderr.write(
        `The demo failed: ${error instanceof Error ? error.message : String(error)}\nIts logs are in ${directory}\n`,
      );
      return 1;
    },
  )
  .then(async (code) => {
    await stopAll();
    if (code === 0) rmSync(directory, { recursive: true, force: true });
    process.exit(code);
  });
