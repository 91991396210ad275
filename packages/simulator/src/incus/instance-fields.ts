import type { ConfigMap, Database, Devices, InstanceFields, InstanceRow, VolumeRow } from './database.ts';
import { inProject, projectWith } from './database.ts';
import { grownFields, outlineOf } from './grown/grown-instance.ts';

export const instanceUrl = (row: { name: string; project: string }): string =>
  inProject(`/1.0/instances/${encodeURIComponent(row.name)}`, row.project);

const NEVER = '1970-01-01T00:00:00Z';
const PLAIN: InstanceFields = {
  type: 'container',
  status: 'Stopped',
  description: '',
  config: {},
  devices: {},
  profiles: [],
  created_at: NEVER,
  last_used_at: NEVER,
  snapshots: [],
  pool: '',
  volume: { description: '', config: {} },
  evacuated: false,
};

/** All that an instance is. */
export function instanceFields(data: Database, row: InstanceRow): InstanceFields {
  const { growth } = data;
  const born = row.grain === undefined || growth === undefined ? PLAIN : grownFields(growth, row.grain);
  if (row.set === undefined) return { ...born, ...row.fields };
  return { ...born, config: { ...born.config, ...row.set }, ...row.fields };
}

/** What other objects ask of every instance, without making its document. */
export function instanceOutline(
  data: Database,
  row: InstanceRow,
): Pick<InstanceFields, 'type' | 'status' | 'profiles' | 'devices' | 'pool'> {
  const { growth } = data;
  if (row.grain === undefined || growth === undefined) return { ...PLAIN, ...row.fields };
  const { ownNetwork, ...outline } = outlineOf(growth, row.grain);
  const devices: Devices = ownNetwork === undefined ? {} : { eth1: { network: ownNetwork, type: 'nic' } };
  const { type, status, profiles, devices: own, pool } = { devices, pool: growth.pool, ...outline, ...row.fields };
  return { type, status, profiles, devices: own, pool };
}

export function changeInstance(row: InstanceRow, fields: Partial<InstanceFields>): void {
  row.fields = { ...row.fields, ...fields };
}

/** Only what is new is kept: a fleet in which every instance was edited once must still fit. */
export function setConfig(data: Database, row: InstanceRow, config: ConfigMap): void {
  if (row.grain !== undefined && row.fields.config === undefined) row.set = { ...row.set, ...config };
  else changeInstance(row, { config: { ...instanceFields(data, row).config, ...config } });
}

/** Devices and configuration with those of the profiles, later ones over earlier ones. */
export function expanded(
  data: Database,
  row: InstanceRow,
  own: Pick<InstanceFields, 'profiles' | 'devices' | 'config'>,
): { config: Record<string, string>; devices: Devices } {
  const project = projectWith(data, row.project, 'features.profiles');
  const used = own.profiles.flatMap(
    (name) => data.profiles.find((one) => one.name === name && one.project === project) ?? [],
  );
  return {
    config: sortedMap(Object.assign({}, ...used.map((one) => one.config), own.config)),
    devices: sortedMap(Object.assign({}, ...used.map((one) => one.devices), own.devices)),
  };
}

/** Maps come out of Go in the order of their keys. */
export const sortedMap = <Value>(map: Record<string, Value>): Record<string, Value> =>
  Object.fromEntries(Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1)));

/** The volume that comes and goes with an instance. */
export function rootVolume(data: Database, row: InstanceRow): VolumeRow {
  const { type, pool, volume, created_at, snapshots } = instanceFields(data, row);
  return {
    pool,
    project: row.project,
    member: row.member,
    type,
    name: row.name,
    content_type: type === 'container' ? 'filesystem' : 'block',
    description: volume.description,
    config: volume.config,
    created_at,
    snapshots,
    of: row,
  };
}
