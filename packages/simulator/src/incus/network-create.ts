import { isMemberNetworkKey } from '@operations-center/fleet-protocol';
import type { Call, Fields } from './call.ts';
import { bodyOf, nameProblem, onEveryMember, peers, targetRow, withoutEmpty } from './call.ts';
import type { ConfigMap, MemberRow, NetworkRow } from './database.ts';
import { emitLifecycle } from './events.ts';
import { failItem } from './faults.ts';
import { pause } from './machine.ts';
import { checkNetwork, isNetworkType, isPerMember, withSubnets } from './network-drivers.ts';
import { checkOptions, networkProject, networkUrl } from './networks.ts';
import type { Answer } from './reply.ts';
import { created, IncusError } from './reply.ts';

/** Bridges take their time: seen 0.6 s on one server, 1.3 to 1.9 s on three. */
const CREATE_MS = 700;

type Wish = { name: string; type: string; description: string; config: ConfigMap; project: string };

/** `POST /1.0/networks`: per member with `?target=` (pending), then everywhere; `ovn` and single servers in one call. */
export async function createNetwork(call: Call): Promise<Answer> {
  const wish = readWish(call, bodyOf(call, 'NetworksPost'));
  const target = targetRow(call);
  const row = call.data.networks.find((one) => one.name === wish.name && one.project === wish.project);
  if (target !== undefined) return defineNetwork(call, wish, target, row);
  const atOnce =
    call.data.cluster === null || !isPerMember(wish.type) || (call.data.members.length === 1 && row === undefined);
  if (atOnce && row === undefined) await createAtOnce(call, wish);
  else await createEverywhere(call, wish, row);
  emitLifecycle(call, 'network-created', `/1.0/networks/${wish.name}`, { project: wish.project });
  return created(networkUrl(wish));
}

function readWish(call: Call, body: Fields): Wish {
  const name = body.text('name');
  const type = body.text('type') || 'bridge';
  if (name === '') throw new IncusError(400, 'No name provided');
  const problem =
    nameProblem(name) ??
    (type === 'bridge' ? interfaceProblem(name) : name.includes(':') ? 'Cannot contain ":"' : undefined);
  if (!isNetworkType(type)) throw new IncusError(400, 'Unknown driver');
  if (problem !== undefined) throw new IncusError(400, `Invalid network name: ${problem}`);
  return {
    name,
    type,
    description: body.text('description'),
    config: body.config('config'),
    project: networkProject(call),
  };
}

/** A bridge is an interface of the kernel by the same name. */
function interfaceProblem(name: string): string | undefined {
  if (name.length < 2) return 'Network interface is too short (minimum 2 characters)';
  if (name.length > 15) return 'Network interface is too long (maximum 15 characters)';
  return /^[\w.-]+$/.test(name) ? undefined : 'Network interface contains invalid characters';
}

async function createAtOnce(call: Call, wish: Wish): Promise<void> {
  checkOptions(wish);
  failItem(call, wish.name);
  const global = Object.fromEntries(Object.entries(wish.config).filter(([key]) => !isMemberNetworkKey(key)));
  const local = withoutEmpty(
    Object.fromEntries(Object.entries(wish.config).filter(([key]) => isMemberNetworkKey(key))),
  );
  const on = Object.fromEntries(
    call.data.members.map((row) => [row.id, { config: local, status: 'Created' as const }]),
  );
  const row: NetworkRow = {
    name: wish.name,
    type: wish.type,
    driver: wish.type,
    project: wish.project,
    description: wish.description,
    config: global,
    status: 'Errored',
    on,
  };
  // Seen: an OVN network that cannot be made stays behind as Errored; a bridge does not.
  if (wish.type === 'ovn') call.data.networks.push(row);
  checkNetwork(call.machine, wish.name, wish.type, wish.config);
  if (!(await pause(call.machine, CREATE_MS))) throw new IncusError(500, 'Incus is shutting down');
  const twin = call.data.networks.some((one) => one !== row && one.name === row.name && one.project === row.project);
  if (twin) throw new IncusError(409, `Network "${wish.name}" already exists`); // made by another request meanwhile
  row.config = withoutEmpty(withSubnets(call.machine, wish.type, global));
  row.status = 'Created';
  if (wish.type !== 'ovn') call.data.networks.push(row);
}

function defineNetwork(call: Call, wish: Wish, target: MemberRow, row: NetworkRow | undefined): Answer {
  if (!isPerMember(wish.type))
    throw new IncusError(400, `Network type "${wish.type}" does not support member specific config`);
  if (wish.description !== '') throw new IncusError(400, 'The network description cannot be set for a specific member');
  const foreign = Object.keys(wish.config).find((key) => !isMemberNetworkKey(key));
  if (foreign !== undefined)
    throw new IncusError(400, `Config key "${foreign}" may not be used as member-specific key`);
  if (row !== undefined && row.status !== 'Pending') throw new IncusError(500, 'Network is not in pending state');
  if (row?.on[target.id] !== undefined)
    throw new IncusError(409, `Network "${wish.name}" is already defined on member "${target.name}"`);
  if (row !== undefined && row.type !== wish.type)
    throw new IncusError(500, 'Network already exists with a different type');
  const made: NetworkRow = row ?? {
    name: wish.name,
    type: wish.type,
    driver: wish.type,
    project: wish.project,
    description: '',
    config: {},
    status: 'Pending',
    on: {},
  };
  if (row === undefined) call.data.networks.push(made);
  made.on[target.id] = { config: withoutEmpty(wish.config), status: 'Pending' };
  return created(networkUrl(wish));
}

async function createEverywhere(call: Call, wish: Wish, row: NetworkRow | undefined): Promise<void> {
  if (row === undefined) throw new IncusError(500, 'Network not pending on any node (use --target <node> first)');
  if (call.data.cluster === null) throw new IncusError(409, `Network "${wish.name}" already exists`);
  if (row.status === 'Created') throw new IncusError(500, 'The network is already created');
  const missing = call.data.members.filter((member) => row.on[member.id] === undefined).map((member) => member.name);
  if (missing.length > 0) throw new IncusError(500, `Network not defined on nodes: ${missing.join(', ')}`);
  const local = Object.keys(wish.config).find(isMemberNetworkKey);
  if (local !== undefined) throw new IncusError(500, `Config key "${local}" is cluster member specific`);
  if (row.type !== wish.type)
    throw new IncusError(
      500,
      `Requested network type "${wish.type}" doesn't match type in existing database record "${row.type}"`,
    );
  if (row.status === 'Errored' && Object.keys(wish.config).length > 0) {
    throw new IncusError(
      500,
      'Network already partially created. Please do not specify any global config when re-running create',
    );
  }
  checkOptions(wish);
  failItem(call, wish.name);
  if (row.status === 'Pending') {
    row.config = withoutEmpty(withSubnets(call.machine, row.type, wish.config));
    row.description = wish.description;
  }
  row.status = 'Errored';
  const everybody = peers(call, call.data.members);
  await onEveryMember(call, everybody, CREATE_MS, ({ row: member, machine }) => {
    const part = row.on[member.id];
    if (part === undefined || part.status === 'Created') return;
    checkNetwork(machine, row.name, row.type, { ...row.config, ...part.config });
    part.status = 'Created';
  });
  row.status = 'Created';
}
