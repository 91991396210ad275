import { Fault, type FaultDetails } from '@operations-center/contract';
import type { ClusterWish } from './cluster.ts';
import { findUrlProblem, findUselessUrl, goQuote, isGoDuration } from './connection-url.rules.ts';

/** OC's list; a name is also one path segment of an URL and a folder. */
const prohibited = '\\/:*?"<>|';
const prohibitedPattern = /[\\/:*?"<>|]/;
const longestName = 255;

/** Can a cluster have this name? OC's texts where OC refuses, too. */
export function checkClusterName(name: string): void {
  if (name === '') throw refuseName('Invalid cluster, name can not be empty', name);
  if (prohibitedPattern.test(name)) {
    throw refuseName(`Invalid cluster, name can not contain any of ${goQuote(prohibited)}`, name);
  }
  if (name === '.' || name === '..') throw refuseName(`Invalid cluster, name can not be "${name}"`, name);
  if (/\p{Cc}/u.test(name)) throw refuseName('Invalid cluster, name can not contain control characters', name);
  if (Buffer.byteLength(name) > longestName) {
    throw refuseName(`Invalid cluster, name can not be longer than ${longestName} bytes`, name);
  }
}

const refuseName = (message: string, name: string): Fault =>
  new Fault('name_invalid', message, { details: { field: 'name', name: name.slice(0, 80) } });

/** What holds for a cluster at any time: rows 2 to 6 of OC's order. */
export function checkClusterWish(wish: ClusterWish): void {
  const problem = findUrlProblem(wish.connection_url);
  if (problem !== undefined) throw refuse('connection_url', `connection URL is not valid: ${problem}`);
  if (wish.channel === '') throw refuse('channel', 'channel can not be empty');
  const { post_restore_delay, restore_mode } = wish.config.rolling_restart;
  if (post_restore_delay !== '' && !isGoDuration(post_restore_delay)) {
    const told = `config.rolling_restart.post_restore_delay ${goQuote(post_restore_delay)} is not a duration such as 15m`;
    throw refuse('config.rolling_restart.post_restore_delay', told);
  }
  if (restore_mode !== '' && restore_mode !== 'skip') {
    const told = `config.rolling_restart.restore_mode ${goQuote(restore_mode)} is neither empty nor "skip"`;
    throw refuse('config.rolling_restart.restore_mode', told);
  }
}

/** OC takes any text that Go can read, an empty one, too; who is strict wants one that people can open. */
export function checkUsableUrl(url: string): void {
  const problem = findUselessUrl(url);
  if (problem === undefined) return;
  throw refuse('connection_url', `connection URL is not usable: ${problem}; expected https://ADDRESS:8443`);
}

/** What only a new cluster must have: rows 7 and 8, and no server twice. */
export function checkNewCluster(request: { server_names: readonly string[]; server_type: string }): void {
  const { server_names, server_type } = request;
  if (server_names.length === 0) throw refuse('server_names', 'list of server names can not be empty');
  if (server_type === '' || server_type === 'unknown') {
    throw refuse('server_type', `server type can not be ${goQuote(server_type)}`, 'Invalid cluster definition');
  }
  const twice = server_names.find((name, index) => server_names.indexOf(name) !== index);
  if (twice === undefined || twice === '') return;
  throw new Fault('cluster_server_repeated', `Invalid cluster, server ${goQuote(twice)} is named more than once`, {
    details: { server: twice },
  });
}

const refuse = (field: string, message: string, prefix = 'Invalid cluster'): Fault =>
  new Fault('cluster_invalid', `${prefix}, ${message}`, { details: { field } });

const notPermitted = ': Operation not permitted';

export const clusterExists = (name: string): Fault =>
  new Fault('cluster_exists', `Cluster with name ${goQuote(name)} already exists${notPermitted}`, {
    details: { cluster: name },
  });

export const clusterNotFound = (name: string): Fault =>
  new Fault('cluster_not_found', `Failed to get cluster ${goQuote(name)} by name: Not found`, {
    details: { cluster: name },
  });

/** What the rules need to know of a server; from its row and what was last seen of it. */
export type CandidateServer = {
  name: string;
  cluster: string | null;
  forming_cluster: string | null;
  status: string;
  channel: string;
  server_type: string;
  needs_update: boolean;
  needs_reboot: boolean;
  in_maintenance: number;
  /** The application that is its Incus, or undefined. */
  incus: { name: string; version: string } | undefined;
};

const maintenanceWords = ['not in maintenance', 'evacuating', 'evacuated', 'restoring'];

/** May these servers become this cluster, by what we know? Rows 11 to 19 and 21, in OC's order. */
export function checkCandidates(
  names: readonly string[],
  servers: readonly CandidateServer[],
  wanted: { name: string; channel: string; server_type: string },
): asserts servers is readonly (CandidateServer & { incus: { name: string; version: string } })[] {
  const byName = new Map(servers.map((server) => [server.name, server]));
  for (const name of names) {
    if (name === '') throw refuse('server_names', `server name can not be empty${notPermitted}`);
    const server = byName.get(name);
    if (server === undefined) {
      const details = { server: name };
      throw new Fault('server_not_found', `Failed to get server ${goQuote(name)} by name: Not found`, { details });
    }
    checkCandidate(server, wanted);
  }
  checkAlike(servers);
  for (const { name, server_type } of servers) {
    if (server_type === wanted.server_type) continue;
    const told = `has type ${goQuote(server_type)} but ${goQuote(wanted.server_type)} was expected`;
    throw refuseServer('cluster_server_unsuitable', name, told, { server_type });
  }
}

function checkCandidate(server: CandidateServer, wanted: { name: string; channel: string }): void {
  const { name, needs_update, needs_reboot, in_maintenance } = server;
  if (server.cluster !== null) throw serverIsMember(name, server.cluster);
  if (server.forming_cluster !== null) {
    const told = `is being made part of cluster ${goQuote(server.forming_cluster)}`;
    throw refuseServer('cluster_server_taken', name, told, { cluster: server.forming_cluster });
  }
  if (server.status !== 'ready') {
    const told = 'is not in ready state and can therefore not be used for clustering';
    throw refuseServer('cluster_server_not_ready', name, told, { status: server.status });
  }
  if (server.channel !== wanted.channel) {
    const told = `update channel ${goQuote(server.channel)} does not match channel requested for cluster ${goQuote(wanted.channel)}`;
    throw refuseServer('cluster_server_unsuitable', name, told, { channel: server.channel });
  }
  if (needs_update || needs_reboot || in_maintenance !== 0) {
    const word = maintenanceWords[in_maintenance] ?? String(in_maintenance);
    const told = `not ready to be clustered (needs update: ${needs_update}, needs reboot: ${needs_reboot}, in maintenance: ${word})`;
    throw refuseServer('cluster_server_not_ready', name, told, { needs_update, needs_reboot, in_maintenance });
  }
  if (server.incus === undefined) {
    throw refuseServer('cluster_server_unsuitable', name, 'does not have application Incus', {});
  }
}

function checkAlike(servers: readonly CandidateServer[]): void {
  const [first] = servers;
  for (const key of ['version', 'name'] as const) {
    const odd = servers.find((server) => server.incus?.[key] !== first?.incus?.[key]);
    if (odd === undefined) continue;
    const what = key === 'version' ? 'Incus version' : 'Incus application';
    const found = `found ${goQuote(first?.incus?.[key] ?? '')} and ${goQuote(odd.incus?.[key] ?? '')}`;
    throw new Fault('cluster_server_unsuitable', `${what} is not the same on all servers, ${found}${notPermitted}`, {
      details: { server: odd.name },
    });
  }
}

export const serverIsMember = (name: string, cluster: string): Fault =>
  refuseServer('cluster_server_taken', name, `is already part of cluster ${goQuote(cluster)}`, { cluster });

export const refuseServer = (
  code: 'cluster_server_taken' | 'cluster_server_not_ready' | 'cluster_server_unsuitable',
  server: string,
  told: string,
  details: FaultDetails,
): Fault => new Fault(code, `Server ${goQuote(server)} ${told}${notPermitted}`, { details: { server, ...details } });
