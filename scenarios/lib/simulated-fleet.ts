import { join } from 'node:path';
import { type Running, startProgram } from './programs.ts';

export type SimulatedServer = { name: string; address: string; url: string; fingerprint: string };

/** One request that a simulated server received. */
export type ReceivedRequest = {
  seq: number;
  server: string;
  method: string;
  path: string;
  query?: string;
  body?: unknown;
  status: number;
  failed_after?: number;
};

/** The simulator's own words for what befalls a call. */
export type Mishap = { server: string; method: string; path: string; nth: number; what: string };

/** An object as its simulated cluster has it. */
export type TrueObject = { kind: string; project: string; parent: string; object: Record<string, unknown> };

/** A fleet on sockets of its own, steered through its control API. */
export type SimulatedFleet = {
  servers: readonly SimulatedServer[];
  requests(): Promise<ReceivedRequest[]>;
  clearRequests(): Promise<void>;
  setFault(fault: string, server: string, argument?: string): Promise<void>;
  clearFault(fault: string, server: string): Promise<void>;
  /** What befalls the n-th call of a kind; takes the place of what was set before. */
  setMishaps(list: readonly Mishap[]): Promise<void>;
  metMishaps(): Promise<Mishap[]>;
  /** So many changes to what full clusters hold, now; how many were made. */
  change(changes: number): Promise<number>;
  /** All that the cluster of a server holds, past all faults. */
  truth(server: string): Promise<TrueObject[]>;
  press(server: string, button: 'kill' | 'start' | 'reboot' | 'power-off'): Promise<void>;
  stop(): Promise<void>;
};

export async function startFleet(options: {
  directory: string;
  servers: number;
  network: string;
  arguments?: readonly string[];
}): Promise<SimulatedFleet> {
  const running: Running = startProgram(
    'operations-center-sim',
    [
      'run',
      '--servers',
      String(options.servers),
      '--network',
      options.network,
      '--format',
      'json',
      '--control',
      '127.0.0.1:0',
      ...(options.arguments ?? []),
    ],
    {
      env: { ...process.env, XDG_CACHE_HOME: process.env['XDG_CACHE_HOME'] ?? join(options.directory, '..', 'cache') },
      log: join(options.directory, 'fleet.log'),
    },
  );
  const line = await running.line((text) => text.includes('"event":"ready"'), 'the fleet listened');
  const ready = JSON.parse(line) as { servers: SimulatedServer[]; control: string };
  const control = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const reply = await fetch(`${ready.control}${path}`, {
      method,
      // A connection kept open may be closed by the other end at the very moment it is used again.
      headers: { connection: 'close' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!reply.ok) throw new Error(`${method} ${path}: ${reply.status} ${await reply.text()}`);
    return reply.json();
  };
  return {
    servers: ready.servers,
    requests: async () => (await control('GET', '/requests')) as ReceivedRequest[],
    clearRequests: async () => void (await control('DELETE', '/requests')),
    setFault: async (fault, server, argument) =>
      void (await control('PUT', `/faults/${fault}@${server}`, argument === undefined ? {} : { arg: argument })),
    clearFault: async (fault, server) => void (await control('DELETE', `/faults/${fault}@${server}`)),
    setMishaps: async (list) => void (await control('PUT', '/mishaps', list)),
    metMishaps: async () => ((await control('GET', '/mishaps')) as { met: Mishap[] }).met,
    change: async (changes) => ((await control('POST', '/churn/:step', { changes })) as { changes: number }).changes,
    truth: async (server) => (await control('GET', `/servers/${server}/truth`)) as TrueObject[],
    press: async (server, button) => void (await control('POST', `/servers/${server}/:${button}`)),
    stop: () => running.stop(),
  };
}
