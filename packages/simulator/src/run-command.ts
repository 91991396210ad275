import { readFileSync } from 'node:fs';
import { systemClock } from './clock.ts';
import { type Control, describeServer, startControl } from './control.ts';
import { checkDescriptors } from './descriptors.ts';
import type { Fault } from './faults.ts';
import { type Fleet, makeFleet } from './fleet.ts';

export type RunOptions = {
  servers: number;
  namePrefix: string;
  network: string;
  seed: string;
  speed: number;
  latency: number;
  operationsCenter?: string | undefined;
  certificate?: string | undefined;
  token?: string | undefined;
  concurrency: number;
  key: string;
  instancesPerServer: number;
  projects: number;
  churn: number;
  fault: Fault[];
  control: string;
  format: string;
};

/** Runs a fleet until SIGINT or SIGTERM. */
export async function run(options: RunOptions): Promise<void> {
  checkDescriptors(options.servers);
  const operationsCenter = operationsCenterOf(options);
  const say = options.format === 'json' ? sayJson : sayText;
  const fleet = makeFleet({
    namePrefix: options.namePrefix,
    network: options.network,
    seed: options.seed,
    latencyMs: options.latency,
    concurrency: options.concurrency,
    curve: options.key === 'p256' ? 'P-256' : 'P-384',
    clock: systemClock(options.speed),
    faults: options.fault,
    pace: 1 / options.speed,
    ...(options.instancesPerServer === 0 ? {} : { content: contentOf(options) }),
    ...(operationsCenter === undefined ? {} : { operationsCenter }),
    registered: (server) => say({ event: 'registered', server: server.name }),
    failed: (server, message) => say({ event: 'failed', server, message }),
  });
  const servers = await fleet.add(options.servers);
  checkFaults(fleet, options.fault);
  const control = await startControl(fleet, options.control);
  say({ event: 'ready', servers: servers.map(describeServer), control: control.url });
  endOnSignal(fleet, control);
  await fleet.churn.set({ rate: options.churn });
  await fleet.boot(servers);
}

const contentOf = ({ instancesPerServer, projects }: RunOptions) => ({ instancesPerServer, projects });

function operationsCenterOf(options: RunOptions): { url: string; certificate?: string; token: string } | undefined {
  const { operationsCenter: url, token, certificate } = options;
  if (url === undefined) {
    if (token === undefined && certificate === undefined) return undefined;
    throw new TypeError('--token and --certificate need --operations-center URL: where should the servers register?');
  }
  if (token === undefined)
    throw new TypeError('--operations-center needs --token UUID (operations-center provisioning token add)');
  if (!URL.canParse(url))
    throw new TypeError(`--operations-center ${url}: write a URL, for example https://127.0.0.1:8443`);
  return {
    url: url.replace(/\/$/, ''),
    token,
    ...(certificate === undefined ? {} : { certificate: readFileSync(certificate, 'utf8') }),
  };
}

function checkFaults(fleet: Fleet, faults: readonly Fault[]): void {
  const unknown = faults.find(({ server }) => server !== '*' && fleet.find(server) === undefined);
  if (unknown === undefined) return;
  fleet.end();
  throw new TypeError(
    `--fault ${unknown.name}@${unknown.server}: there is no server '${unknown.server}'; they are ${fleet.servers()[0]?.name} and on`,
  );
}

type Event =
  | { event: 'ready'; servers: ReturnType<typeof describeServer>[]; control: string }
  | { event: 'registered'; server: string }
  | { event: 'failed'; server: string; message: string };

const sayJson = (event: Event): void => void process.stdout.write(`${JSON.stringify(event)}\n`);

function sayText(event: Event): void {
  if (event.event === 'registered') return void process.stdout.write(`${event.server}  registered\n`);
  if (event.event === 'failed') return void process.stderr.write(`${event.server}  ${event.message}\n`);
  const lines = event.servers
    .slice(0, 20)
    .map(({ name, url, fingerprint }) => `${name}  ${url}  ${fingerprint.slice(0, 12)}`);
  const more = event.servers.length > 20 ? [`… and ${event.servers.length - 20} more`] : [];
  process.stdout.write(
    `${[...lines, ...more, `${event.servers.length} servers listen; control API: ${event.control}`].join('\n')}\n`,
  );
}

function endOnSignal(fleet: Fleet, control: Control): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      fleet.end();
      control.close();
      // Nothing here is worth waiting for, and timers of simulated durations would keep the process alive.
      process.exit(0);
    });
  }
}
