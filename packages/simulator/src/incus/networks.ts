import { isMemberNetworkKey } from '@operations-center/fleet-protocol';
import type { Call } from './call.ts';
import { allProjects, bodyOf, peers, projectOf, targetRow, withoutEmpty } from './call.ts';
import { checkKeys } from './config-keys.ts';
import type { ConfigMap, MemberRow, NetworkRow } from './database.ts';
import { byName, inProject, projectWith } from './database.ts';
import { emitLifecycle } from './events.ts';
import type { HostInterface } from './member.ts';
import type { Answer } from './reply.ts';
import { checkMatch, created, done, IncusError, ok, tagged } from './reply.ts';
import { networkUsers } from './used-by.ts';

export const networkUrl = (row: { name: string; project: string }): string =>
  inProject(`/1.0/networks/${encodeURIComponent(row.name)}`, row.project);
export const networkProject = (call: Call): string => projectWith(call.data, projectOf(call), 'features.networks');

export function listNetworks(call: Call): Answer {
  const project = allProjects(call) ? undefined : networkProject(call);
  const rows = call.data.networks.filter((row) => project === undefined || row.project === project).sort(byName);
  // Managed ones first, then what IncusOS hands over to instances.
  const bare = project === undefined || project === 'default' ? unmanaged(call) : [];
  if (call.recursion === 0) return ok([...rows.map(networkUrl), ...bare.map((one) => `/1.0/networks/${one.name}`)]);
  return ok([...rows.map((row) => shownNetwork(call, row)), ...bare.map(shownInterface)]);
}

function unmanaged(call: Call): HostInterface[] {
  const { interfaces, onIncusOs } = call.machine.options;
  return interfaces
    .filter((one) => onIncusOs === false || one.roles.includes('instances'))
    .filter((one) => !call.data.networks.some((row) => row.name === one.name));
}

const shownInterface = (one: HostInterface): Record<string, unknown> => ({
  config: {},
  description: '',
  name: one.name,
  type: 'physical',
  used_by: [],
  managed: false,
  status: '',
  locations: null,
  project: 'default',
});

export function showNetwork(call: Call): Answer {
  const target = targetRow(call);
  const bare = unmanaged(call).find((one) => one.name === call.param('network'));
  if (bare !== undefined) return tagged(shownInterface(bare), { config: {}, description: '' });
  const row = findNetwork(call);
  return tagged(shownNetwork(call, row, target), writable(call, row, target));
}

function shownNetwork(call: Call, row: NetworkRow, target?: MemberRow): Record<string, unknown> {
  return {
    config: shownConfig(call, row, target),
    description: row.description,
    name: row.name,
    type: row.type,
    used_by: networkUsers(call.data, row),
    managed: true,
    status: target === undefined || row.type === 'ovn' ? row.status : (row.on[target.id]?.status ?? 'Unknown'),
    locations: call.data.members.filter((member) => row.on[member.id] !== undefined).map((member) => member.name),
    project: row.project,
  };
}

function shownConfig(call: Call, row: NetworkRow, target?: MemberRow): ConfigMap {
  const member = call.data.cluster === null ? call.machine.row : target;
  return withoutEmpty({ ...row.config, ...(member === undefined ? {} : row.on[member.id]?.config) });
}

const writable = (call: Call, row: NetworkRow, target?: MemberRow): unknown => ({
  config: shownConfig(call, row, target),
  description: row.description,
});

export function checkOptions(wish: { name: string; type: string; config: ConfigMap }): void {
  checkKeys(
    `network_${wish.type}`,
    wish.config,
    (key) => new IncusError(500, `Invalid option for network "${wish.name}" option "${key}"`),
  );
}

export const replaceNetwork = (call: Call): Answer => changeNetwork(call, false);
export const mergeNetwork = (call: Call): Answer => changeNetwork(call, true);

function changeNetwork(call: Call, merge: boolean): Answer {
  const row = findNetwork(call);
  const target = targetRow(call);
  const member = call.data.cluster === null ? call.machine.row : target;
  checkMatch(call.request.headers['if-match'], writable(call, row, target));
  const body = bodyOf(call, 'NetworkPut');
  const config = body.config('config');
  const wish = { ...row, config };
  const foreign = target === undefined ? undefined : Object.keys(config).find((key) => !isMemberNetworkKey(key));
  if (foreign !== undefined && config[foreign] !== row.config[foreign]) {
    throw new IncusError(400, `Config key "${foreign}" may not be used as member-specific key`);
  }
  const local = Object.keys(config).find(isMemberNetworkKey);
  if (member === undefined && local !== undefined)
    throw new IncusError(400, `Config key "${local}" is cluster member specific`);
  checkOptions(wish);
  const mine = Object.fromEntries(Object.entries(config).filter(([key]) => isMemberNetworkKey(key)));
  const global = Object.fromEntries(Object.entries(config).filter(([key]) => !isMemberNetworkKey(key)));
  const part = member === undefined ? undefined : row.on[member.id];
  if (part !== undefined) part.config = withoutEmpty(merge ? { ...part.config, ...mine } : mine);
  if (target === undefined) {
    row.config = withoutEmpty(merge ? { ...row.config, ...global } : global);
    if (!merge || body.has('description')) row.description = body.text('description');
  }
  emitLifecycle(call, 'network-updated', `/1.0/networks/${row.name}`, { project: row.project });
  return done();
}

export function renameNetwork(call: Call): Answer {
  const row = findNetwork(call);
  if (call.data.cluster !== null) throw new IncusError(400, 'Renaming clustered network not supported');
  const old_name = row.name;
  row.name = bodyOf(call, 'NetworkPost').text('name');
  emitLifecycle(call, 'network-renamed', `/1.0/networks/${row.name}`, { project: row.project, context: { old_name } });
  return created(networkUrl(row));
}

export function deleteNetwork(call: Call): Answer {
  const row = findNetwork(call, 'Failed loading network: Network not found');
  if (networkUsers(call.data, row).length > 0) throw new IncusError(400, 'The network is currently in use');
  if (row.status === 'Created') peers(call, call.data.members);
  call.data.networks.splice(call.data.networks.indexOf(row), 1);
  for (const kind of ['network-forward', 'network-load-balancer', 'network-peer']) {
    const items = call.data.items[kind] ?? [];
    call.data.items[kind] = items.filter((item) => item.parent !== row.name || item.project !== row.project);
  }
  emitLifecycle(call, 'network-deleted', `/1.0/networks/${row.name}`, { project: row.project });
  return done();
}

export function findNetwork(call: Call, missing = 'Network not found'): NetworkRow {
  const project = networkProject(call);
  const row = call.data.networks.find((one) => one.name === call.param('network') && one.project === project);
  if (row === undefined) throw new IncusError(404, missing);
  return row;
}
