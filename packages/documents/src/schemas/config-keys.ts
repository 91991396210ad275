import table from '../recorded/incus-config-keys.json' with { type: 'json' };

/** What we know of a configuration key: how its text is read, whose it is, and what holds without it. */
export type ConfigKey = {
  type: string;
  /** `local`: each member has its own; `global`: the cluster; empty: there is no such question. */
  scope: string;
  default: string;
};

type Keys = Readonly<Record<string, readonly string[]>>;
const entities: Readonly<Record<string, Keys>> = table.entities;

/** The release of Incus that was asked for its keys. A newer one has more: these tables help, and decide nothing. */
export const KEYS_OF_INCUS: string = table.incus;

/** Keys of an entity, as Incus documents them; those with a name in the middle have a placeholder: `tunnel.NAME.id`. */
export const configKeysOf = (entity: string): readonly string[] => Object.keys(keysOf(entity));

/** Drivers and types that have keys of their own: `entityKinds('storage_')` are the drivers of pools. */
export const entityKinds = (prefix: string): string[] =>
  Object.keys(entities).flatMap((name) => (name.startsWith(prefix) ? [name.slice(prefix.length)] : []));

export function findConfigKey(entity: string, key: string): ConfigKey | undefined {
  const keys = keysOf(entity);
  const row = keys[Object.hasOwn(keys, key) ? key : (Object.keys(keys).find((known) => matches(known, key)) ?? '')];
  return row === undefined ? undefined : { type: row[0] ?? 'string', scope: row[1] ?? '', default: row[2] ?? '' };
}

/** Is it among the keys that an Incus says it knows? */
export const isKnownKey = (key: string, known: readonly string[]): boolean =>
  key.startsWith('user.') || known.includes(key) || known.some((pattern) => matches(pattern, key));

function keysOf(entity: string): Keys {
  // Incus does not document shared LVM apart: it is LVM whose size is given by the volume group.
  if (entity === 'storage_lvmcluster' || entity === 'storage_volume_lvmcluster') {
    const { size: _, ...keys } = keysOf(entity.replace('cluster', ''));
    return keys;
  }
  return entities[entity] ?? {};
}

function matches(pattern: string, key: string): boolean {
  const [wanted, given] = [pattern.split('.'), key.split('.')];
  return (
    wanted.length <= given.length &&
    wanted.some(isPlaceholder) &&
    wanted.every((part, at) => isPlaceholder(part) || part === given[at])
  );
}

const isPlaceholder = (part: string): boolean => part === '*' || /^<.*>$/.test(part) || /^[A-Z_]+$/.test(part);
