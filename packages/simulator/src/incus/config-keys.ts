import keys from './configuration-keys.json' with { type: 'json' };
import type { ConfigMap } from './database.ts';
import { IncusError } from './reply.ts';

/** Entity → group → key → `type|scope|default`: which keys Incus documents, and which belong to one member (`local`). */
const KEYS: Record<string, Record<string, Record<string, string>>> = keys;

type Matcher = { exact: Set<string>; patterns: RegExp[] };
const matchers = new Map<string, Matcher>();

/** True if Incus documents this key for the entity, `user.*` and names in the middle included. */
export function isKnownKey(entity: string, key: string): boolean {
  const { exact, patterns } = matcherOf(entity);
  return exact.has(key) || patterns.some((pattern) => pattern.test(key));
}

function matcherOf(entity: string): Matcher {
  const made = matchers.get(entity);
  if (made !== undefined) return made;
  const names = Object.values(KEYS[entity] ?? {}).flatMap((group) => Object.keys(group));
  const variable = /\*|<\w+>|POOL_NAME|NAME/g;
  const isPattern = (name: string): boolean => name.search(variable) >= 0;
  const matcher = {
    exact: new Set(names.filter((name) => !isPattern(name))),
    patterns: names
      .filter(isPattern)
      .map(
        (name) =>
          new RegExp(
            `^${name.replaceAll('.', '\\.').replaceAll(variable, (part) => (part === '*' ? '.+' : '[^.]+'))}$`,
          ),
      ),
  };
  matchers.set(entity, matcher);
  return matcher;
}

/** `GET /1.0/metadata/configuration`: the same facts in Incus' shape, without its prose. */
export function configurationDocument(): unknown {
  const configs = Object.fromEntries(
    Object.entries(KEYS).map(([entity, groups]) => [
      entity,
      Object.fromEntries(
        Object.entries(groups).map(([group, members]) => [group, { keys: Object.entries(members).map(documented) }]),
      ),
    ]),
  );
  return { configs };
}

function documented([key, facts]: [string, string]): unknown {
  const [type, scope, fallback] = facts.split('|');
  return {
    [key]: {
      ...(fallback === undefined || fallback === '' ? {} : { defaultdesc: fallback }),
      longdesc: '',
      ...(scope === undefined || scope === '' ? {} : { scope }),
      shortdesc: '',
      type: type ?? '',
    },
  };
}

/** Checks one server key and gives the value that is stored. Throws 400 as Incus words it. */
export function serverValue(key: string, value: string): string {
  const refuse = (why: string): IncusError => new IncusError(400, `cannot set '${key}' to '${value}': ${why}`);
  if (!isKnownKey('server', key) && !key.startsWith('user.')) throw refuse('unknown key');
  if (value === '') return value;
  if (key === 'cluster.max_voters' && !(Number(value) >= 3 && Number(value) % 2 === 1)) {
    throw refuse('Value must be an odd number equal to or higher than 3');
  }
  if (key === 'cluster.max_standby' && !(Number(value) >= 0 && Number(value) <= 5))
    throw refuse('Value must be between 0 and 5');
  if (key === 'cluster.offline_threshold' && !(Number(value) > 10)) throw refuse("Value must be greater than '10'");
  if (!/^(core|cluster)\..*address$/.test(key)) return value;
  const address = canonicalAddress(value);
  if (!/^(\[[0-9a-f:%.]*\]|[\w.-]*):\d+$/i.test(address)) throw refuse(`Couldn't resolve ${JSON.stringify(value)}`);
  if (key === 'cluster.https_address' && isWildcard(address)) throw refuse("Wildcard addresses aren't allowed");
  return address;
}

/** Host and port, 8443 if none is said. */
export function canonicalAddress(address: string): string {
  if (/^[0-9a-f:]*:[0-9a-f:]*:[0-9a-f:]*$/i.test(address)) return `[${address}]:8443`;
  return /:\d+$/.test(address) ? address : `${address}:8443`;
}

export const isWildcard = (address: string): boolean => ['', '0.0.0.0', '[::]', '::'].includes(hostOf(address));
export const hostOf = (address: string): string => canonicalAddress(address).replace(/:\d+$/, '');
export const portOf = (address: string): string => /:(\d+)$/.exec(canonicalAddress(address))?.[1] ?? '8443';

/** One listener serves the other address too: the same, or any address on the same port. */
export const covers = (listener: string, address: string): boolean =>
  canonicalAddress(listener) === canonicalAddress(address) ||
  (isWildcard(listener) && portOf(listener) === portOf(address));

/** Throws for the first key an entity does not know. */
export function checkKeys(entity: string, config: ConfigMap, refuse: (key: string) => IncusError): void {
  for (const key of Object.keys(config)) {
    if (!isKnownKey(entity, key) && !key.startsWith('user.') && !key.startsWith('volatile.')) throw refuse(key);
  }
}
