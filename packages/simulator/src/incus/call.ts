import type { ConfigMap, Database, MemberRow } from './database.ts';
import type { Machine } from './machine.ts';
import { isClustered, isOffline, machineOn, pause } from './machine.ts';
import type { IncusRequest } from './member.ts';
import { IncusError } from './reply.ts';

/** One request on its way through a handler. */
export type Call = {
  machine: Machine;
  data: Database;
  request: IncusRequest;
  trusted: boolean;
  recursion: number;
  /** A decoded part of the path. */
  param: (name: string) => string;
};

export function makeCall(
  machine: Machine,
  request: IncusRequest,
  params: Record<string, string>,
  trusted: boolean,
): Call {
  return {
    machine,
    data: machine.store.data,
    request,
    trusted,
    recursion: Number(request.query.get('recursion') ?? '0') || 0,
    param: (name) => params[name] ?? '',
  };
}

/** The project a request speaks of. Throws 404 if there is none of that name. */
export function projectOf(call: Call): string {
  const project = call.request.query.get('project') ?? 'default';
  if (!call.data.projects.some((row) => row.name === project)) {
    throw new IncusError(404, `Failed loading project "${project}": Project not found`);
  }
  return project;
}

export const allProjects = (call: Call): boolean => call.request.query.get('all-projects') === 'true';

/** The member row that `?target=` names, or undefined without it. A group target (`@group`) means any member. */
export function targetRow(call: Call): MemberRow | undefined {
  const target = call.request.query.get('target') ?? '';
  if (target === '' || target.startsWith('@')) return undefined;
  const row = isClustered(call.machine) ? call.data.members.find((member) => member.name === target) : undefined;
  if (row === undefined) throw new IncusError(404, 'Cluster member not found');
  return row;
}

/** The same call, handled by the member that `?target=` names, as Incus forwards it. */
export function onTarget(call: Call): Promise<Call> {
  const row = targetRow(call);
  return row === undefined ? Promise.resolve(call) : onMember(call, row);
}

/** The call as the member sees it that an object lives on: what happens there is told from there. */
export function atHome(call: Call, row: { member: number }): Call {
  const machine = call.machine.store.seats.get(row.member);
  return machine === undefined ? call : { ...call, machine };
}

const EVENT_CONNECTION_MS = 10_000;

/** Seen: a member known to be Offline is refused at once, one that has just died after ten seconds. */
export async function onMember(call: Call, row: MemberRow): Promise<Call> {
  const { store } = call.machine;
  const machine = machineOn(store, row.id);
  if (machine !== undefined) return { ...call, machine, data: machine.store.data };
  if (isOffline(store, row)) throw new IncusError(503, `Cluster member "${row.name}" is offline`);
  await pause(call.machine, EVENT_CONNECTION_MS);
  throw new IncusError(500, 'Missing event connection with target cluster member');
}

export type Peer = { row: MemberRow; machine: Machine };

/** All members, the one that was asked first. Throws if one is silent: nothing is done then. */
export function peers(call: Call, members: MemberRow[]): Peer[] {
  const found = members.map((row) => {
    const machine = machineOn(call.machine.store, row.id);
    if (machine === undefined) throw new IncusError(500, `peer node ${row.address} is down`);
    return { row, machine };
  });
  return found.sort((a, b) => Number(b.machine === call.machine) - Number(a.machine === call.machine));
}

/**
 * Makes something on every member as Incus does: first where the request arrived, then on all others at the same time.
 * Throws the first failure; the others have done their part by then.
 */
export async function onEveryMember(
  call: Call,
  everybody: readonly Peer[],
  ms: number,
  make: (peer: Peer) => void,
): Promise<void> {
  const failures: IncusError[] = [];
  for (const stage of [everybody.slice(0, 1), everybody.slice(1)]) {
    if (stage.length === 0 || failures.length > 0) continue;
    if (!(await pause(call.machine, ms))) throw new IncusError(500, 'Incus is shutting down');
    for (const peer of stage) {
      try {
        make(peer);
      } catch (error) {
        const text = error instanceof Error ? error.message : String(error);
        const own = peer.machine === call.machine;
        failures.push(new IncusError(500, own ? text : `failed to notify peer ${peer.row.address}: ${text}`));
      }
    }
  }
  const [first] = failures;
  if (first !== undefined) throw first;
}

/** A request body, read as leniently as Incus reads it: unknown keys ignored, key case ignored, null means absent. */
export type Fields = {
  has: (key: string) => boolean;
  text: (key: string) => string;
  flag: (key: string) => boolean;
  list: (key: string) => string[];
  /** Numbers and booleans become strings, null an empty string. */
  config: (key: string) => ConfigMap;
  raw: (key: string) => unknown;
};

export function bodyOf(call: Call, type: string): Fields {
  return fieldsOf(parseBody(call.request.body), type);
}

export function fieldsOf(value: unknown, type: string): Fields {
  const object = value === null ? {} : value;
  if (typeof object !== 'object' || Array.isArray(object)) throw mismatch(object, `value of type api.${type}`);
  const entries = new Map(Object.entries(object).map(([key, part]) => [key.toLowerCase(), part]));
  const raw = (key: string): unknown => entries.get(key) ?? undefined;
  const typed = <T>(key: string, fallback: T, name: string, is: (part: unknown) => part is T): T => {
    const part = raw(key);
    if (part === undefined) return fallback;
    if (!is(part)) throw mismatch(part, `struct field ${type}.${key} of type ${name}`);
    return part;
  };
  return {
    raw,
    has: (key) => raw(key) !== undefined,
    text: (key) => typed(key, '', 'string', (part) => typeof part === 'string'),
    flag: (key) => typed(key, false, 'bool', (part) => typeof part === 'boolean'),
    list: (key) =>
      typed(
        key,
        [],
        'string',
        (part): part is string[] => Array.isArray(part) && part.every((one) => typeof one === 'string'),
      ),
    config: (key) => configMap(raw(key), `${type}.${key}`),
  };
}

export function configMap(value: unknown, where: string): ConfigMap {
  if (value === undefined || value === null) return {};
  if (typeof value !== 'object' || Array.isArray(value))
    throw mismatch(value, `struct field ${where} of type map[string]interface {}`);
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, scalar(key, part)]));
}

function scalar(key: string, value: unknown): string {
  if (value === null) return '';
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new IncusError(
    400,
    `type ${Array.isArray(value) ? '[]interface {}' : 'map[string]interface {}'} of key "${key}" not supported in ConfigMap`,
  );
}

export function parseBody(body: Buffer): unknown {
  const text = body.toString('utf8');
  if (text.trim() === '') throw new IncusError(400, 'EOF');
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    const place = error instanceof Error ? /position (\d+)/.exec(error.message)?.[1] : undefined;
    if (place === undefined) throw new IncusError(400, 'unexpected EOF');
    throw new IncusError(400, `invalid character '${text[Number(place)] ?? ''}' looking for beginning of value`);
  }
}

function mismatch(value: unknown, into: string): IncusError {
  const kind = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
  return new IncusError(400, `json: cannot unmarshal ${kind} into Go ${into}`);
}

/** Incus' rule for names of its objects; `what` starts the message. */
export function checkName(name: string, what: string): void {
  const problem = nameProblem(name);
  if (problem !== undefined) throw new IncusError(400, `${what}: ${problem}`);
}

/** As incusd 7.0 answered, asked name by name; what it took is taken here. */
export function nameProblem(name: string): string | undefined {
  if (/\s/.test(name)) return 'Name cannot contain white space';
  const bad = /[/*?$&+"'`]/.exec(name);
  if (bad !== null) return `Name contains invalid character ${JSON.stringify(bad[0])}`;
  if (!/^[a-z0-9](.*[a-z0-9])?$/i.test(name)) return 'Names must start and end with an alphanumeric character';
  return undefined;
}

export const withoutEmpty = (config: ConfigMap): ConfigMap =>
  Object.fromEntries(
    Object.entries(config)
      .filter(([, value]) => value !== '')
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
