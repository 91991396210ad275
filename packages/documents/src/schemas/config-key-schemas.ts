import { ADDRESS_KEYS } from '@operations-center/fleet-protocol';
import { aboutConfigKey } from './config-key-words.ts';
import { configKeysOf, entityKinds, findConfigKey } from './config-keys.ts';
import { deviceEntities, deviceTypes } from './device-types.ts';

/** `storage_zfs`, `network_bridge`, `device_disk`, `server`: whose keys. */
export type ConfigEntity = string;

const ANY = ['string', 'number', 'boolean', 'null'];

/** Of a pool, a network or a volume the keys depend on another field, and are brought in beside it. */
export const configEntities = (keysOf: string): ConfigEntity[] =>
  keysOf === 'storage_volume' ? [] : configKeysOf(keysOf).length === 0 ? [] : [keysOf];

/** The keys of one entity. Others may stand beside them: a newer Incus has more. */
export function entityDefinition(entity: ConfigEntity): Record<string, unknown> {
  const named = configKeysOf(entity);
  const plain = named.filter((key) => !isPattern(key));
  const patterns = named.filter(isPattern).map((key) => [patternOf(key), keySchema(entity, key)]);
  return {
    type: ['object', 'null'],
    properties: Object.fromEntries(plain.map((key) => [key, keySchema(entity, key)])),
    ...(patterns.length === 0 ? {} : { patternProperties: Object.fromEntries(patterns) }),
  };
}

const isPattern = (key: string): boolean =>
  key.split('.').some((part) => part === '*' || /^<.*>$|^[A-Z_]+$/.test(part));

const patternOf = (key: string): string =>
  `^${key
    .split('.')
    .map((part) => (part === '*' ? '.+' : /^<.*>$|^[A-Z_]+$/.test(part) ? '[^.]+' : part))
    .join('\\.')}$`;

function keySchema(entity: ConfigEntity, key: string): Record<string, unknown> {
  if (entity === 'server' && ADDRESS_KEYS.includes(key)) {
    return { not: {}, description: 'Belongs to each member alone, and is set from its network.' };
  }
  const about = findConfigKey(entity, key);
  const description = [
    aboutConfigKey(entity, key),
    about?.scope === 'local' ? 'Of each member.' : '',
    about?.default ? `Default: ${about.default}.` : '',
  ]
    .filter((part) => part !== '')
    .join(' ');
  return { ...valueSchema(about?.type), ...(description === '' ? {} : { description }) };
}

function valueSchema(type: string | undefined): Record<string, unknown> {
  if (type === 'bool') {
    const pattern = '^(?:|[tT][rR][uU][eE]|[fF][aA][lL][sS][eE]|[yY][eE][sS]|[nN][oO]|[oO][nN]|[oO][fF][fF]|0|1)$';
    return { type: ['boolean', 'string', 'integer', 'null'], pattern, minimum: 0, maximum: 1 };
  }
  // Some take a word, too.
  if (type === 'integer') return { type: ['integer', 'string', 'null'], pattern: '^(?:|-?[0-9]+|[a-z]+)$' };
  return { type: ANY };
}

/** `if driver is zfs, then config has the keys of storage_zfs`, once for each kind. */
export function keysByField(prefix: string, used: Set<ConfigEntity>, field = 'type'): Record<string, unknown> {
  if (prefix === 'device_') return keysOfDevices(used);
  const kinds = prefix === 'storage_' ? storageDrivers() : networkTypes();
  return {
    allOf: kinds.map((kind) => {
      const entity = `${prefix}${kind}`;
      used.add(entity);
      const isIt = isKind(field, kind, prefix === 'network_' && kind === 'bridge');
      return ifThen(isIt, { properties: { config: { $ref: `#/definitions/${entity}` } } });
    }),
  };
}

/** Not written as an object: one with a `then` is taken for a promise by whoever awaits it. */
const ifThen = (is: object, then: object): object =>
  Object.fromEntries(Object.entries({ if: is }).concat([['then', then]]));

/** Without a type a network is a bridge. */
const isKind = (field: string, kind: string, isDefault: boolean) =>
  isDefault
    ? { properties: { [field]: { enum: [kind, '', null] } } }
    : { properties: { [field]: { const: kind } }, required: [field] };

const storageDrivers = (): string[] => [
  ...entityKinds('storage_').filter((kind) => !/^(?:volume|bucket)_/.test(kind)),
  'lvmcluster',
];
const networkTypes = (): string[] => ['bridge', 'macvlan', 'ovn', 'physical', 'sriov'];

function keysOfDevices(used: Set<ConfigEntity>): Record<string, unknown> {
  const types = deviceTypes();
  for (const type of types) for (const entity of deviceEntities(type)) used.add(entity);
  return {
    properties: { type: { enum: types, description: 'What kind of device it is.' } },
    required: ['type'],
    allOf: types
      .filter((type) => deviceEntities(type).length > 0)
      .map((type) =>
        ifThen(
          { properties: { type: { const: type } } },
          { anyOf: deviceEntities(type).map((entity) => ({ $ref: `#/definitions/${entity}` })) },
        ),
      ),
  };
}
