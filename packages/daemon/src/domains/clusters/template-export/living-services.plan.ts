import { isDeepStrictEqual } from 'node:util';

type Entry = Record<string, unknown>;
/** Server → service → its configuration as it is; undefined: it cannot be seen. */
export type LiveConfigs = Readonly<Record<string, Readonly<Record<string, Entry | undefined>>>>;

/**
 * Pure: the services as a file would have them. What was applied stays as it was written where that is what is live; what
 * others changed on all servers alike is as it is now; a service that others switched on everywhere is added.
 */
export function servicesOfLiving(applied: Entry, live: LiveConfigs): { services: Entry; notes: readonly string[] } {
  const notes: string[] = [];
  const servers = Object.keys(live);
  const names = new Set([...Object.keys(applied), ...servers.flatMap((server) => Object.keys(live[server] ?? {}))]);
  const services: Entry = {};
  for (const name of names) {
    const given = applied[name];
    const found = servers.map((server) => withoutOwnId(name, given, live[server]?.[name]));
    if (given === undefined && !found.every((one) => one?.['enabled'] === true)) continue;
    const seen = found.flatMap((one) => (one === undefined ? [] : [overlay(given, one)]));
    const [first] = seen;
    const isAlike = seen.length > 0 && seen.every((one) => isDeepStrictEqual(one, first));
    if (!isAlike && seen.length > 0)
      notes.push(`service ${name} differs from server to server: it is as it was applied`);
    const said = isAlike ? first : given;
    if (said !== undefined) services[name] = said;
  }
  return { services, notes };
}

/** Each server has an id of its own, which is given to it. */
function withoutOwnId(name: string, given: unknown, live: Entry | undefined): Entry | undefined {
  if (name !== 'lvm' || live === undefined || (isObject(given) && 'system_id' in given)) return live;
  const { system_id: _id, ...rest } = live;
  return rest;
}

/** What is live, in the words of the file where these mean the same. */
function overlay(given: unknown, live: unknown): unknown {
  if (isDeepStrictEqual(given, live)) return given;
  if (isObject(live)) {
    const before = isObject(given) ? given : {};
    const keys = [...Object.keys(before), ...Object.keys(live).filter((key) => !Object.hasOwn(before, key))];
    return Object.fromEntries(
      keys.flatMap((key) => {
        if (!Object.hasOwn(live, key)) return [[key, before[key]]];
        if (!Object.hasOwn(before, key) && isZero(live[key])) return [];
        return [[key, overlay(before[key], live[key])]];
      }),
    );
  }
  // A built-in variable stands for something on each server; a number may have been written as text.
  if (typeof given === 'string' && (/@\w+@/.test(given) || given === String(live))) return given;
  if (Array.isArray(live) && Array.isArray(given) && live.length === given.length)
    return live.map((one, place) => overlay(given[place], one));
  return isZero(live) && isZero(given)
    ? given
    : Array.isArray(live)
      ? live.map((one) => overlay(undefined, one))
      : live;
}

const isZero = (value: unknown): boolean =>
  value === null ||
  value === undefined ||
  value === '' ||
  value === false ||
  value === 0 ||
  (typeof value === 'object' && Object.keys(value).length === 0);

const isObject = (value: unknown): value is Entry =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
