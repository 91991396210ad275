import { addressesOf } from './addresses.ts';
import { type Curve, makeCertificates } from './certificates.ts';
import type { Clock } from './clock.ts';
import { checkDescriptors } from './descriptors.ts';
import { type Fault, type Faults, makeFaults } from './faults.ts';
import { type FrontDoor, makeFrontDoor, type Site } from './front-door.ts';
import type { Churn } from './incus/content.ts';
import type { ServerCertificate } from './incus/member.ts';
import { makeIncusWorld } from './incus/world.ts';
import type { Json } from './incus-os/go-json.ts';
import { withMishaps } from './mishap-site.ts';
import { type Mishaps, makeMishaps } from './mishaps.ts';
import { seededRandom } from './random.ts';
import { makeRequestLog, type RequestLog } from './request-log.ts';
import { SimulatedServer } from './simulated-server.ts';
import { makeSite, silence } from './site.ts';

export type FleetOptions = {
  namePrefix: string;
  network: string;
  seed: string;
  /** Real milliseconds before each answer. */
  latencyMs: number;
  /** How many servers boot, and so register, at the same time. */
  concurrency: number;
  curve: Curve;
  clock: Clock;
  faults: readonly Fault[];
  /** Factor on the durations of Incus' operations. */
  pace: number;
  /** What each cluster holds, once somebody looks at all of it. */
  content?: { instancesPerServer: number; projects: number };
  /** Where the servers register; `certificate` is the PEM they pin. */
  operationsCenter?: { url: string; certificate?: string; token: string };
  port?: number;
  /** Where the servers are met; sockets unless told otherwise. */
  door?: FrontDoor;
  /** What a call meets that is never answered; until the client hangs up unless told otherwise. */
  silence?: (signal: AbortSignal) => Promise<never>;
  cacheDirectory?: string;
  registered(server: SimulatedServer): void;
  failed(server: string, message: string): void;
};

export type Fleet = {
  readonly seed: string;
  readonly faults: Faults;
  readonly mishaps: Mishaps;
  readonly log: RequestLog;
  readonly churn: Churn;
  servers(): SimulatedServer[];
  find(name: string): SimulatedServer | undefined;
  /** Makes more servers and opens their ports. They boot (and register) with `boot`. */
  add(count: number): Promise<SimulatedServer[]>;
  /** Boots servers, `concurrency` at a time; resolves when each has tried once to register. */
  boot(servers: readonly SimulatedServer[]): Promise<void>;
  end(): void;
};

/** Servers, the Incus world they share, and the ports they listen on. */
export function makeFleet(options: FleetOptions): Fleet {
  const { clock, seed } = options;
  const faults = makeFaults(options.faults);
  const mishaps = makeMishaps();
  const log = makeRequestLog(clock.nowMs);
  const certificates = makeCertificates(seed, options.curve, options.cacheDirectory);
  const addressOf = addressesOf(options.network);
  const doors = makeDoors(options);
  const servers = new Map<string, SimulatedServer>();
  const seeds = seedsOf(options);
  const world = makeIncusWorld({
    clock,
    random: seededRandom(seed),
    pace: () => options.pace,
    faults,
    afterMs: (ms, run) => void clock.afterMs(ms, run),
    clusterCurve: options.curve,
    ...(options.content === undefined ? {} : { content: { seed, ...options.content } }),
  });
  let made = 0;

  async function make(index: number, wrongCertificate: ServerCertificate): Promise<SimulatedServer> {
    const name = `${options.namePrefix}${index}`;
    const server: SimulatedServer = new SimulatedServer({
      seed,
      name,
      address: addressOf(index),
      seeds,
      certificate: await certificates.get(name, name),
      freshCertificate: (generation) => certificates.get(`${name} ${generation}`, name),
      world,
      clock,
      faults,
      changed: () => void doors.refresh(server),
      registered: () => options.registered(server),
      failed: (message) => options.failed(name, message),
    });
    const sibling = (other: string) => (server.incus.isClustered() ? servers.get(other) : undefined);
    const answered = () => void doors.refresh(server);
    const { latencyMs } = options;
    const site = makeSite({ server, clock, faults, log, latencyMs, wrongCertificate, sibling, answered });
    doors.add(server, withMishaps(site, { server: name, mishaps, clock, silence: options.silence ?? silence }));
    servers.set(name, server);
    return server;
  }

  faults.onChange(() => {
    for (const server of servers.values()) {
      void doors.refresh(server);
      if (faults.active('events-cut', server.name) !== undefined) server.cutEvents();
    }
  });
  return {
    seed,
    faults,
    mishaps,
    log,
    churn: world.churn,
    servers: () => [...servers.values()],
    find: (name) => servers.get(name),
    async add(count) {
      // Refused before the first is made: half of them would stay.
      addressOf(made + count);
      checkDescriptors(made + count);
      const added: SimulatedServer[] = [];
      const wrong = await certificates.get('wrong', 'nobody');
      for (let i = 0; i < count; i++) added.push(await make(++made, wrong));
      certificates.save();
      for (const server of added) await doors.refresh(server, 'throw');
      return added;
    },
    async boot(booting) {
      const queue = [...booting];
      const work = async () => {
        for (let next = queue.shift(); next !== undefined; next = queue.shift()) await next.boot();
      };
      await Promise.all(Array.from({ length: Math.max(1, options.concurrency) }, work));
    },
    end() {
      for (const server of servers.values()) server.end();
      doors.close();
      certificates.save();
    },
  };
}

/** Keeps the listeners as the servers want them: opened, closed or moved. */
function makeDoors(options: Pick<FleetOptions, 'port' | 'door' | 'failed'>) {
  const door = options.door ?? makeFrontDoor(options.port);
  const sites = new Map<SimulatedServer, Site>();
  const listening = new Map<SimulatedServer, string>();
  return {
    add: (server: SimulatedServer, site: Site) => void sites.set(server, site),
    async refresh(server: SimulatedServer, onError: 'throw' | 'tell' = 'tell'): Promise<void> {
      const site = sites.get(server);
      const wanted = server.isReachable() ? server.address : undefined;
      const now = listening.get(server);
      if (wanted === now || site === undefined) return;
      if (now !== undefined) door.close(now);
      listening.delete(server);
      if (wanted === undefined) return;
      listening.set(server, wanted);
      try {
        await door.open(wanted, site);
      } catch (error) {
        listening.delete(server);
        if (onError === 'throw') throw error;
        options.failed(server.name, error instanceof Error ? error.message : String(error));
      }
    },
    close: () => door.closeAll(),
  };
}

/** What the image of these servers was made with: where to register, and Incus without defaults, ready to be clustered. */
function seedsOf({ operationsCenter }: FleetOptions): Map<string, Json> {
  const seeds = new Map<string, Json>([['applications', { version: '1', applications: [{ name: 'incus' }] }]]);
  if (operationsCenter === undefined) return seeds;
  const { url, token, certificate } = operationsCenter;
  const config = {
    server_url: url,
    server_token: token,
    ...(certificate === undefined ? {} : { server_certificate: certificate }),
  };
  return seeds.set('provider', { version: '1', name: 'operations-center', config });
}
