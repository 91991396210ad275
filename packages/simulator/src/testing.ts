import { type Clock, manualClock } from './clock.ts';
import { type Fault, makeFaults } from './faults.ts';
import { makeIdentity } from './identity.ts';
import type { IncusOs, OsRequest } from './incus-os/incus-os.ts';
import { answer } from './incus-os/router.ts';
import { freshState } from './machine.ts';

/** The first three octets of a loopback /24 that no other test process on this machine uses. */
export const ownLoopback = (index: number): string =>
  `127.${100 + (process.pid % 100)}.${(Math.floor(process.pid / 100) + index) % 256}`;

/** What an IncusOS under test did to the world around it. */
export type Deeds = { list: string[] };

/** An IncusOS without sockets: the real state and handlers, a world that only writes down what it is asked. */
export function pretendOs(options: { clock?: Clock; faults?: Fault[]; deeds?: Deeds } = {}): IncusOs {
  const { clock = manualClock(), deeds = { list: [] } } = options;
  const identity = makeIdentity('test', 'server1');
  const note = (deed: string) => void deeds.list.push(deed);
  return {
    identity,
    clock,
    faults: makeFaults(options.faults),
    state: freshState({
      seed: 'test',
      identity,
      generation: 0,
      nowMs: clock.nowMs(),
      seeds: new Map(),
      hostname: 'server1',
      withApplications: true,
    }),
    lease: (mac) => (mac === identity.mac(0) ? '127.77.0.11' : undefined),
    networkChanged: () => note('network changed'),
    application: {
      backup: () => Promise.resolve(Buffer.from('backup')),
      restore: (archive) =>
        archive.length === 0 ? Promise.reject(new Error('EOF')) : Promise.resolve(note('restore')),
      factoryReset: () => note('application factory reset'),
      restart: () => note('application restart'),
      updated: (name) => note(`updated ${name}`),
    },
    power: {
      reboot: () => note('reboot'),
      powerOff: () => note('power off'),
      suspend: () => note('suspend'),
      factoryReset: () => note('factory reset'),
    },
    provider: {
      notify: (cause) => note(`notify ${cause}`),
      configure: () => Promise.resolve(note('configure')),
      checkForUpdates: () => Promise.resolve(note('check')),
      install: (application) => Promise.resolve(note(`install ${application}`)).then(() => true),
    },
  };
}

/** Asks as incusd's proxy does; a body that is no text is sent as JSON. */
export async function askOs(
  os: IncusOs,
  method: string,
  path: string,
  body?: unknown,
  prefix: string | undefined = '/os',
) {
  const bytes =
    body === undefined ? '' : typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
  const [pathname = '', query = ''] = path.split('?');
  const request: OsRequest = {
    method,
    path: pathname,
    query: new URLSearchParams(query),
    body: Buffer.from(bytes),
    prefix,
  };
  const reply = await answer(os, request);
  const text = reply.body.toString();
  const parsed: { error?: string; metadata?: unknown } = text.startsWith('{') ? JSON.parse(text) : {};
  return {
    status: reply.status,
    error: parsed.error ?? '',
    metadata: parsed.metadata,
    headers: reply.headers,
    body: reply.body,
  };
}
