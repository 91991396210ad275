/**
 * Many random healthy fleets, and no check that finds fault with one: the daemon's own preflight on simulated servers
 * behind their in-process door. What a request itself deserves to be told (two members) is not a false alarm.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { type Finding, routes } from '../../packages/contract/src/index.ts';
import {
  type PreflightParts,
  runPreflight,
} from '../../packages/daemon/src/domains/clusters/checks/preflight.service.ts';
import { readCreateRequest } from '../../packages/daemon/src/domains/clusters/creation/create-request.rules.ts';
import type { Server } from '../../packages/daemon/src/domains/servers/server.ts';
import { makeIncus } from '../../packages/daemon/src/fleet/incus.ts';
import { makeIncusOs } from '../../packages/daemon/src/fleet/incus-os.ts';
import {
  type Fleet,
  makeFleet,
  makeInProcessDoor,
  type SimulatedServer,
  systemClock,
} from '../../packages/simulator/src/index.ts';
import { makeCertificate } from '../../packages/tls/src/index.ts';
import { openCreationDatabase } from './creation-parts.ts';
import { networkOf, requestOf, type Shape, servicesOf, shape } from './healthy-shapes.ts';
import { makeInProcessConnections } from './in-process-connections.ts';

export type HealthyFleets = {
  fleets: number;
  servers: number;
  findings: number;
  /** Of the first fleet that was found fault with, as small as it could be made. */
  false_alarms: string[];
};

const largest = 9;

/** Tries so many fleets; the same seed tries the same ones. */
export async function proveHealthyFleets(options: { fleets: number; seed: number }): Promise<HealthyFleets> {
  await using world = await makeWorld();
  const count = { fleets: 0, servers: 0, findings: 0 };
  const result = await fc.check(
    fc.asyncProperty(shape, async (tried) => {
      const findings = await world.check(tried);
      count.fleets += 1;
      count.servers += tried.size;
      count.findings += findings.length;
      return alarmsOf(findings, tried).length === 0;
    }),
    { numRuns: options.fleets, seed: options.seed },
  );
  const [smallest] = result.counterexample ?? [];
  if (smallest === undefined) return { ...count, false_alarms: [] };
  const alarms = alarmsOf(await world.check(smallest), smallest);
  return { ...count, false_alarms: [...alarms, `in ${JSON.stringify(smallest)}`] };
}

/** Anything but ok; of two members only what is not their being two. */
const alarmsOf = (findings: readonly Finding[], { size }: Shape): string[] =>
  findings
    .filter(({ verdict, check }) => verdict !== 'ok' && !(size === 2 && check === 'member-count'))
    .map(
      ({ check, verdict, servers, seen, cause }) => `${check} ${verdict} ${servers.join(' ')}: ${seen}; ${cause ?? ''}`,
    );

async function makeWorld() {
  const directory = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'oc-healthy-'));
  const identity = await makeCertificate({ commonName: 'operations-center' });
  const theirs = await makeCertificate({ commonName: 'me', usage: 'client' });
  const database = await openCreationDatabase(join(directory, 'test.db'));
  const door = makeInProcessDoor();
  const fleet = makeFleet({
    ...{ namePrefix: 'server', network: '127.9.0.0/16', seed: 'healthy', latencyMs: 0, concurrency: 8, curve: 'P-256' },
    ...{ faults: [], pace: 0, door, cacheDirectory: directory, clock: systemClock() },
    registered: () => {},
    failed: () => {},
  });
  const servers = await fleet.add(largest);
  for (const server of servers) server.incus.trust({ name: 'operations-center', certificate: identity.certificate });
  await fleet.boot(servers);
  const connections = makeInProcessConnections(door, identity);
  const parts: Omit<PreflightParts, 'servers'> = {
    fleet: { connections, incus: makeIncus(connections), incusOs: makeIncusOs(connections) },
    nowMs: Date.now,
    database,
    identity: { client: identity },
  };
  return {
    async check(tried: Shape): Promise<readonly Finding[]> {
      const chosen = servers.slice(0, tried.size);
      for (const [place, server] of chosen.entries()) bringInShape(fleet, server, tried, place);
      // Addresses that changed are opened behind the call that changed them.
      await new Promise((resolve) => setImmediate(resolve));
      const rows = chosen.map((server) => rowOf(server, tried));
      const names = chosen.map(({ name }) => name);
      for (const row of rows) await setAddress(parts, row, tried);
      const given = routes.clusters_create.body.parse(requestOf(tried, names, theirs.certificate));
      const request = readCreateRequest(given, 'stable');
      const { findings } = await runPreflight(
        { ...parts, servers: { listRegistered: async () => rows } },
        { request, servers: rows },
      );
      return findings;
    },
    async [Symbol.asyncDispose]() {
      fleet.end();
      await database.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Puts a server's IncusOS into this state, whatever it was in before. */
function bringInShape(fleet: Fleet, server: SimulatedServer, tried: Shape, place: number): void {
  const { state, identity } = server.os;
  const { os_version, incus_version } = tried;
  state.system_is_ready = true;
  state.os_version = os_version;
  state.os_version_next = tried.was_updated ? os_version : '';
  const version = { version: incus_version, friendly_version: `7.0.2 [${incus_version}]`, config: {} };
  state.applications = new Map([
    ['incus', version],
    ...(tried.ceph ? [['incus-ceph', version] as const] : []),
    ...(tried.gpu_on[place] === true ? [['gpu-support', version] as const] : []),
  ]);
  state.services = new Map(servicesOf(tried, place));
  state.storage.pools = tried.data_pool ? [{ name: 'data', type: 'zfs-raid1', devices: [] }] : [];
  state.security.retrieved = tried.keys === 'fetched';
  const never = tried.auto_reboot !== 'off';
  state.update.config = { auto_reboot: never, channel: 'stable', check_frequency: never ? 'never' : '6h' };
  state.update.status = tried.update_status;
  const dns = { dns: { domain: '', hostname: server.name } };
  state.network.config = { ...dns, ...networkOf(tried, place, identity.mac(0)) };
  server.os.networkChanged();
  fleet.faults.set({ name: 'clock-off', server: server.name, arg: String(tried.clocks[place] ?? 0) });
}

const setAddress = async (
  { fleet }: Pick<PreflightParts, 'fleet'>,
  row: Server,
  { wildcard_address }: Shape,
): Promise<void> => {
  const address = wildcard_address ? ':8443' : new URL(row.connection_url).host;
  const endpoint = { name: row.name, url: row.connection_url, pins: [row.fingerprint] };
  await fleet.incus.putServerConfig(
    endpoint,
    { 'core.https_address': address },
    { signal: AbortSignal.timeout(5_000) },
  );
};

function rowOf(server: SimulatedServer, tried: Shape): Server {
  const { certificate, fingerprint } = server.certificate;
  const { state, identity } = server.os;
  const host = server.address ?? '';
  const versions = [{ name: 'incus', version: tried.incus_version, in_maintenance: 0 }];
  return {
    name: server.name,
    connection_url: `https://${host.includes(':') ? `[${host}]` : host}:8443`,
    channel: 'stable',
    server_type: 'incus',
    certificate,
    fingerprint,
    cluster: null,
    forming_cluster: null,
    cluster_fingerprint: null,
    status: 'ready',
    status_detail: '',
    machine_id: state.machine_id,
    system_uuid: identity.system_uuid,
    hardware_data: '{}',
    os_data: JSON.stringify({ security: { config: { encryption_recovery_keys: ['kept'] } } }),
    version_data: JSON.stringify({ os: { needs_reboot: false }, applications: versions, update_channel: 'stable' }),
  };
}
