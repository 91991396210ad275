import { nearestWord } from './nearest-word.ts';
import type { Preseed } from './preseed-shape.ts';
import type { Path } from './problem.ts';
import { configKeysOf, entityKinds, findConfigKey, isKnownKey, KEYS_OF_INCUS } from './schemas/config-keys.ts';
import { deviceEntities, deviceTypes } from './schemas/device-types.ts';
import type { Reader } from './schemas/reader.ts';
import { isOfOneMachine } from './service-rules.ts';

type Config = Readonly<Record<string, string>>;

/**
 * Holds configuration keys against what Incus documents. Which keys there are is for Incus to say, so an unknown one
 * is a warning; a value that none of its releases takes is an error.
 */
export function checkConfigKeys(preseed: Preseed, reader: Reader): void {
  checkConfig(['server'], preseed.config, ['config'], reader);
  warnAddressesOfOne(preseed.config, ['config'], reader);
  preseed.storage_pools.forEach(({ driver, config }, index) => {
    checkConfig([`storage_${driver}`], config, ['storage_pools', index, 'config'], reader);
  });
  preseed.networks.forEach(({ type, config }, index) => {
    const at = ['networks', index, 'config'];
    checkConfig([`network_${type || 'bridge'}`], config, at, reader);
    warnAddressesOfOne(config, at, reader);
  });
  preseed.storage_volumes.forEach(({ pool, config }, index) => {
    const driver = preseed.storage_pools.find(({ name }) => name === pool)?.driver ?? (pool === 'local' ? 'zfs' : '');
    const kinds = driver === '' ? entityKinds('storage_volume_') : [driver];
    const entities = kinds.map((kind) => `storage_volume_${kind}`);
    checkConfig(entities, config, ['storage_volumes', index, 'config'], reader);
  });
  preseed.profiles.forEach(({ config, devices }, index) => {
    checkConfig(['instance'], config, ['profiles', index, 'config'], reader);
    for (const [name, device] of Object.entries(devices))
      checkDevice(device, ['profiles', index, 'devices', name], reader);
  });
  preseed.projects.forEach(({ config }, index) => {
    checkConfig(['project'], config, ['projects', index, 'config'], reader);
  });
  preseed.cluster_groups.forEach(({ config }, index) => {
    checkConfig(['cluster_group'], config, ['cluster_groups', index, 'config'], reader);
  });
}

function checkDevice(device: Config, at: Path, reader: Reader): void {
  const { type = '' } = device;
  const known = deviceTypes();
  if (known.includes(type)) {
    const { type: _, nictype: _nic, gputype: _gpu, network: _net, ...keys } = device;
    return checkConfig(deviceEntities(type), keys, at, reader);
  }
  const misspelt = Object.keys(device).find((key) => nearestWord(key, ['type']) === 'type');
  if (type === '' && misspelt !== undefined) {
    const details = { expected: 'type', suggestion: 'type', remedy: 'Write "type".', part: 'key' } as const;
    return tell(reader, 'unknown_field', [...at, misspelt], `unknown field "${misspelt}"`, details);
  }
  const suggestion = nearestWord(type, known);
  const remedy = suggestion === undefined ? `Write one of ${known.join(', ')}.` : `Write "${suggestion}".`;
  const message = type === '' ? '"type" is missing or empty' : 'there is no such type of device';
  tell(reader, type === '' ? 'missing_field' : 'unexpected_value', type === '' ? at : [...at, 'type'], message, {
    expected: known.join(', '),
    suggestion,
    remedy,
  });
}

function checkConfig(given: readonly string[], config: Config, at: Path, reader: Reader): void {
  // Nothing is known of a driver or type that came later.
  const entities = given.filter((entity) => configKeysOf(entity).length > 0);
  if (entities.length === 0) return;
  const known = [...new Set(entities.flatMap(configKeysOf))];
  for (const [key, value] of Object.entries(config)) {
    if (!isKnownKey(key, known)) warnUnknown(key, known, [...at, key], reader);
    else if (value !== '') checkValue(entities, key, value, [...at, key], reader);
  }
}

function warnUnknown(key: string, known: readonly string[], at: Path, { report }: Reader): void {
  const suggestion = nearestWord(key, known);
  const remedy = suggestion === undefined ? 'Look it up in the documentation of Incus.' : `Write "${suggestion}".`;
  const message = `Incus ${KEYS_OF_INCUS} has no key "${key.slice(0, 60)}" here; a newer one may`;
  report.warn('unknown_config_key', at, message, { suggestion, part: 'key', remedy });
}

/** Words that Incus takes for true and false. */
export const BOOL_WORDS = ['true', 'false', '1', '0', 'yes', 'no', 'on', 'off'];

function checkValue(entities: readonly string[], key: string, value: string, at: Path, reader: Reader): void {
  const types = entities.map((entity) => findConfigKey(entity, key)?.type ?? '').filter((type) => type !== '');
  if (types.length === 0) return;
  if (types.every((type) => type === 'bool') && !BOOL_WORDS.includes(value.toLowerCase())) {
    tell(reader, 'unexpected_value', at, 'expected true or false', {
      expected: 'true or false',
      remedy: 'Write true or false.',
    });
  }
  // Some of these keys take a word, too (`none`), of which the table says nothing.
  if (types.every((type) => type === 'integer') && !/^-?\d+$/.test(value) && !/^[a-z]+$/.test(value)) {
    tell(reader, 'unexpected_value', at, 'expected a whole number', {
      expected: 'a whole number',
      remedy: 'Write a whole number.',
    });
  }
}

const tell = (
  { report, strict, allowUnknown }: Reader,
  code: string,
  at: Path,
  message: string,
  details: { expected: string; suggestion?: string | undefined; remedy: string; part?: 'key' },
): void => {
  if (!report.blames(at)) report[strict && !allowUnknown ? 'problem' : 'warn'](code, at, message, details);
};

const ADDRESSES =
  /^(?:core\.(?:bgp|debug|dns|metrics|storage_buckets)_address|core\.bgp_routerid|tunnel\.[^.]+\.local)$/;

/** Only one of the members can have this address. A cluster of one has no other, but says it for the server as well. */
function warnAddressesOfOne(config: Config, at: Path, reader: Reader): void {
  for (const [key, value] of Object.entries(config)) {
    if (!ADDRESSES.test(key) || !isOfOneMachine(value)) continue;
    const message = `${key} belongs to one server, and this file is for all`;
    const expected = 'an address that every server has, such as :8443';
    const remedy = 'Leave the address out (":8444"), or give it for each server in "server_overrides".';
    tell(reader, 'value_of_one_server', [...at, key], message, { expected, remedy });
  }
}
