import type { ApplicationItem } from './application-items.ts';
import type { ConfigMap, PreseedCertificate } from './preseed-shape.ts';

/** What of a live object is compared; the daemon's adapters give these fields as Incus sent them. */
export type LiveObject = {
  description?: string;
  config?: Readonly<ConfigMap>;
  devices?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  driver?: string;
  type?: string;
  content_type?: string;
  managed?: boolean;
  status?: string;
  locations?: readonly string[];
  members?: readonly string[];
  name?: string;
  restricted?: boolean;
  projects?: readonly string[];
  certificate?: string;
};

/** One field that differs: `config["ipv4.nat"]`, before and after. Undefined: it is not there. */
export type Change = { field: string; before: string | undefined; after: string | undefined };

/**
 * What stands between an item and the live object. `absent` make it · `equal` nothing to do · `update` replace it with
 * `body`, which keeps what the item does not speak of · `partial` defined on some members only, or its creation failed
 * half-way: define it on `missing`, then make it · `conflict` it cannot become what is wanted.
 */
export type Comparison =
  | { state: 'absent' }
  | { state: 'equal' }
  | { state: 'update'; changes: Change[]; body: Record<string, unknown> }
  | { state: 'partial'; status: string; missing: string[] }
  | { state: 'conflict'; reason: string };

/** Pure: compares an item with the live object (for volumes: of one member; server config: see compareConfig). */
export function compareItem(
  item: Exclude<ApplicationItem, { kind: 'server-config' }>,
  live: LiveObject | undefined,
): Comparison {
  if (live === undefined) return { state: 'absent' };
  const reason = conflictOf(item, live);
  if (reason !== undefined) return { state: 'conflict', reason };
  const partial = partialOf(item, live);
  if (partial !== undefined) return partial;
  switch (item.kind) {
    case 'certificate':
      return compareCertificate(item.body, live);
    case 'cluster-group':
      return compareGroup(item.body, live);
    case 'profile':
      return compareProfile(item.body, live);
    case 'project':
    case 'storage-pool':
    case 'network':
    case 'storage-volume':
      return compareDescribed(item.body, live);
  }
}

/**
 * Compares config keys: what is wanted must be there, what is not spoken of stays. `auto` is fulfilled by whatever
 * Incus chose, an empty value by absence. `config` is the whole config to send.
 */
export function compareConfig(
  wanted: Readonly<ConfigMap>,
  live: Readonly<ConfigMap>,
): { changes: Change[]; config: ConfigMap } {
  const changes: Change[] = [];
  const config: ConfigMap = { ...live };
  for (const [key, after] of Object.entries(wanted)) {
    const before = Object.hasOwn(live, key) ? live[key] : undefined;
    if (before === after || (after === '' && before === undefined) || (after === 'auto' && isChosen(before))) continue;
    changes.push({ field: `config[${JSON.stringify(key)}]`, before, after: after === '' ? undefined : after });
    if (after === '') delete config[key];
    else config[key] = after;
  }
  return { changes, config };
}

const isChosen = (value: string | undefined): boolean => value !== undefined && value !== '' && value !== 'none';

function conflictOf(item: ApplicationItem, live: LiveObject): string | undefined {
  if (item.kind === 'storage-pool' && live.driver !== undefined && live.driver !== item.body.driver) {
    return `storage pool ${item.name} is there with driver ${live.driver}, not ${item.body.driver}`;
  }
  if (item.kind === 'network' && live.managed === false) {
    return `${item.name} is there as an interface that Incus does not manage`;
  }
  if (item.kind === 'network' && live.type !== undefined && live.type !== item.body.type) {
    return `network ${item.name} is there with type ${live.type}, not ${item.body.type}`;
  }
  if (
    item.kind === 'storage-volume' &&
    live.content_type !== undefined &&
    live.content_type !== item.body.content_type
  ) {
    return `storage volume ${item.name} is there with content type ${live.content_type}, not ${item.body.content_type}`;
  }
  if (item.kind === 'certificate' && live.type !== undefined && live.type !== item.body.type) {
    return `certificate ${item.name} is trusted as ${live.type}, not as ${item.body.type}`;
  }
  return undefined;
}

function partialOf(item: ApplicationItem, live: LiveObject): Comparison | undefined {
  if (item.kind !== 'storage-pool' && item.kind !== 'network') return undefined;
  const { status } = live;
  if (status !== 'Pending' && status !== 'Errored') return undefined;
  const missing = Object.keys(item.member_config).filter((member) => !(live.locations ?? []).includes(member));
  return { state: 'partial', status, missing };
}

type Described = { description: string; config: ConfigMap };

/** A description that is not given is left as it is: Incus fills its own objects with one. */
function compareDescribed(wanted: Described, live: LiveObject): Comparison {
  const { changes, config } = compareConfig(wanted.config, live.config ?? {});
  const description = wanted.description === '' ? (live.description ?? '') : wanted.description;
  return outcome([...changeOf('description', live.description, description), ...changes], { description, config });
}

/** A profile's description is what is wanted, even if empty, and a device is replaced whole: the default one is ours. */
function compareProfile(
  wanted: Described & { devices: Record<string, Record<string, string>> },
  live: LiveObject,
): Comparison {
  const { changes, config } = compareConfig(wanted.config, live.config ?? {});
  const before = live.devices ?? {};
  const devices = { ...before, ...wanted.devices };
  const deviceChanges = Object.entries(wanted.devices).flatMap(([name, device]) =>
    changeOf(`devices[${JSON.stringify(name)}]`, before[name] && stableText(before[name]), stableText(device)),
  );
  const { description } = wanted;
  return outcome([...changeOf('description', live.description, description), ...changes, ...deviceChanges], {
    description,
    config,
    devices,
  });
}

function compareGroup(wanted: Described & { members: string[] | null }, live: LiveObject): Comparison {
  const { changes, config } = compareConfig(wanted.config, live.config ?? {});
  const members = wanted.members ?? [...(live.members ?? [])];
  const description = wanted.description === '' ? (live.description ?? '') : wanted.description;
  return outcome(
    [
      ...changeOf('description', live.description, description),
      ...changeOf('members', setText(live.members ?? []), setText(members)),
      ...changes,
    ],
    { description, members, config },
  );
}

function compareCertificate(wanted: Omit<PreseedCertificate, 'fingerprint'>, live: LiveObject): Comparison {
  const name = wanted.name === '' ? (live.name ?? '') : wanted.name;
  const changes = [
    ...changeOf('name', live.name, name),
    ...changeOf('description', live.description, wanted.description),
    ...changeOf('restricted', String(live.restricted ?? false), String(wanted.restricted)),
    ...changeOf('projects', setText(live.projects ?? []), setText(wanted.projects)),
  ];
  return outcome(changes, { ...wanted, name, certificate: live.certificate ?? wanted.certificate });
}

const changeOf = (field: string, before: string | undefined, after: string): Change[] =>
  (before ?? '') === after ? [] : [{ field, before, after }];

const outcome = (changes: Change[], body: Record<string, unknown>): Comparison =>
  changes.length === 0 ? { state: 'equal' } : { state: 'update', changes, body };

const setText = (list: readonly string[]): string => [...list].sort().join(', ');
const stableText = (map: Readonly<Record<string, string>>): string =>
  Object.keys(map)
    .sort()
    .map((key) => `${key}=${map[key] ?? ''}`)
    .join(', ');
