import type { ConfigMap, Database, MemberRow } from './database.ts';
import { emptyDatabase } from './database.ts';
import type { IncusWorldOptions, MemberOptions, ServerCertificate } from './member.ts';
import type { Operation } from './operation-state.ts';

export type World = IncusWorldOptions & { machines: Machine[]; stopMachine: (machine: Machine) => void };

/** One database and the machines that sit on its member rows now. A row without a seat is a member nobody hears from. */
export type Store = { data: Database; seats: Map<number, Machine>; silence: Map<number, Silence>; nowMs: () => number };
/** When a member was last heard of, and (once it is back) when its next heartbeat is due. */
export type Silence = { since: number; until: number };

export type Listener = {
  types: ReadonlySet<string>;
  /** Undefined: of every project. */
  project: string | undefined;
  /** How many events it should have had. */
  due: number;
  send: (text: string) => void;
  close: () => void;
};

export type Machine = {
  world: World;
  options: MemberOptions;
  own: ServerCertificate;
  store: Store;
  row: MemberRow;
  running: boolean;
  startedAt: number;
  /** Grows with every stop: what was under way before a stop must not go on after it. */
  life: number;
  operations: Map<string, Operation>;
  listeners: Set<Listener>;
  /** ZFS data sets and volume groups on its drives: they outlive the database. */
  outside: Set<string>;
};

export const HEARTBEAT_MS = 10_000;

export function makeStore(world: World, data: Database): Store {
  return { data, seats: new Map(), silence: new Map(), nowMs: () => world.clock.nowMs() };
}

export function makeMachine(world: World, options: MemberOptions): Machine {
  const data = emptyDatabase({ 'core.https_address': `${options.addresses.management}:8443` });
  const machine: Machine = {
    world,
    options,
    own: options.certificate,
    store: makeStore(world, data),
    row: firstRow(data),
    running: true,
    startedAt: world.clock.nowMs(),
    life: 0,
    operations: new Map(),
    listeners: new Set(),
    outside: new Set(),
  };
  machine.store.seats.set(machine.row.id, machine);
  return machine;
}

/** Puts a machine on a row of a store and off the one where it was; the members left behind hear nothing from it any more. */
export function seat(machine: Machine, store: Store, row: MemberRow): void {
  const left = machine.store;
  if (left !== store) {
    left.seats.delete(machine.row.id);
    left.silence.set(machine.row.id, { since: machine.world.clock.nowMs(), until: Number.POSITIVE_INFINITY });
  }
  machine.store = store;
  machine.row = row;
  store.seats.set(row.id, machine);
  store.silence.delete(row.id);
}

export function firstRow(data: Database): MemberRow {
  const row = data.members[0];
  if (row === undefined) throw new Error('a database without a member');
  return row;
}

export const isClustered = (machine: Machine): boolean => machine.store.data.cluster !== null;
/** The name Incus shows: the member's when clustered, else the host's. */
export const serverName = (machine: Machine): string =>
  isClustered(machine) ? machine.row.name : machine.options.name;
/** The certificate that new connections see. */
export const shownCertificate = (machine: Machine): ServerCertificate => machine.store.data.cluster ?? machine.own;

/** `config` of `GET /1.0`: the cluster's keys and the member's own. */
export const fullConfig = (machine: Machine): ConfigMap =>
  Object.fromEntries(
    Object.entries({ ...machine.store.data.config, ...machine.row.local_config }).sort(([a], [b]) => (a < b ? -1 : 1)),
  );

/** `location` of operations and objects. */
export const location = (machine: Machine): string => machine.row.name;

export function machineOn(store: Store, id: number): Machine | undefined {
  const machine = store.seats.get(id);
  return machine !== undefined && isHeard(machine) ? machine : undefined;
}

/** It runs, and its network is not cut. */
export const isHeard = ({ running, world, options }: Machine): boolean =>
  running && world.faults.active('cut-off', options.name) === undefined;

/** A member the others count as gone: silent for longer than the threshold, and not yet heard again. */
export function isOffline(store: Store, row: MemberRow): boolean {
  const silence = store.silence.get(row.id);
  if (silence === undefined) return false;
  const now = store.nowMs();
  const threshold = Number(store.data.config['cluster.offline_threshold'] ?? '20') * 1000;
  return now < silence.until && Math.min(now, silence.until) - silence.since >= threshold;
}

/** Waits `ms` of a real server's time, as much of it as the world's pace asks for. False if the machine was stopped meanwhile. */
export async function pause(machine: Machine, ms: number): Promise<boolean> {
  const { world, life } = machine;
  const wait = ms * (world.pace?.() ?? 0);
  await new Promise<void>((resolve) => (wait > 0 ? world.afterMs(wait, resolve) : setImmediate(resolve)));
  return machine.life === life && machine.running;
}

/** RFC 3339 with nanoseconds, as Go prints it. */
export const stamp = (ms: number): string => {
  const text = new Date(ms).toISOString();
  return `${text.slice(0, -1)}000001Z`;
};

export function randomHex(world: World, digits: number): string {
  let text = '';
  while (text.length < digits) text += Math.floor(world.random() * 16).toString(16);
  return text;
}

export function randomUuid(world: World): string {
  const hex = randomHex(world, 32);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
}
