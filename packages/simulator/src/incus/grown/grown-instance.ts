import { seededBytes, uuidOf } from '../../random.ts';
import type { ConfigMap, Devices, Growth, InstanceFields, InstanceType, SnapshotRow } from '../database.ts';
import { stamp } from '../machine.ts';
import { mix, oneOf } from './grain.ts';

const DAY_MS = 86_400_000;

/** What lists ask of every instance: made without its document. */
export type Outline = { type: InstanceType; status: InstanceFields['status']; profiles: string[]; ownNetwork?: string };

const PROFILES = [
  ['standard', 'small'],
  ['standard', 'large'],
  ['standard'],
  ['standard', 'small'],
] as const satisfies readonly [readonly string[], ...(readonly string[])[]];

export function outlineOf(growth: Growth, grain: number): Outline {
  const bits = mix(growth.seedNumber, grain);
  const share = bits % 100;
  const network = growth.networks[(bits >>> 16) % Math.max(growth.networks.length, 1)];
  return {
    type: (bits >>> 8) % 100 < 15 ? 'virtual-machine' : 'container',
    status: share < 80 ? 'Running' : share < 97 ? 'Stopped' : 'Frozen',
    profiles: [...oneOf(PROFILES, bits >>> 12)],
    ...((bits >>> 20) % 8 === 0 && network !== undefined ? { ownNetwork: network } : {}),
  };
}

/** All that a grown instance is as long as nothing was changed of it. */
export function grownFields(growth: Growth, grain: number): InstanceFields {
  const { type, status, profiles, ownNetwork } = outlineOf(growth, grain);
  const bytes = seededBytes(growth.seed, String(grain));
  const bornMs = growth.at - (bytes.readUInt16LE(16) % 90) * DAY_MS - (bytes.readUInt32LE(18) % DAY_MS);
  return {
    type,
    status,
    description: bytes.readUInt8(22) % 4 === 0 ? `Instance ${grain} of the simulated fleet` : '',
    config: configOf(growth, grain, bytes, status),
    devices: ownNetwork === undefined ? {} : ownNic(ownNetwork),
    profiles,
    created_at: stamp(bornMs),
    last_used_at: stamp(Math.min(growth.at, bornMs + DAY_MS)),
    snapshots: snapshotsOf(bytes.readUInt8(23) % 4, bornMs),
    pool: growth.pool,
    volume: { description: '', config: {} },
    evacuated: false,
  };
}

const ownNic = (network: string): Devices => ({ eth1: { name: 'eth1', network, type: 'nic' } });

const IMAGES = [
  ['Debian', 'trixie', 'Debian trixie amd64'],
  ['Alpine', '3.22', 'Alpine 3.22 amd64'],
  ['Ubuntu', 'noble', 'Ubuntu noble amd64'],
] as const satisfies readonly [readonly [string, string, string], ...(readonly [string, string, string])[]];

function configOf(growth: Growth, grain: number, bytes: Buffer, status: string): ConfigMap {
  const [os, release, description] = oneOf(IMAGES, bytes.readUInt8(24));
  const uuid = uuidOf(bytes);
  return {
    // A few carry what nobody but their owner should read.
    ...(bytes.readUInt8(25) % 8 === 0 ? { 'cloud-init.user-data': userData(bytes) } : {}),
    ...(bytes.readUInt8(26) % 8 === 0 ? { 'environment.DB_PASSWORD': bytes.toString('hex', 0, 8) } : {}),
    'image.architecture': 'amd64',
    'image.description': description,
    'image.os': os,
    'image.release': release,
    'user.owner': `owner-${bytes.readUInt8(27) % 20}`,
    'volatile.base_image': growth.image,
    'volatile.cloud-init.instance-id': uuidOf(Buffer.from(bytes).reverse()),
    'volatile.eth0.hwaddr': macOf(grain),
    'volatile.last_state.power': status === 'Stopped' ? 'STOPPED' : 'RUNNING',
    'volatile.uuid': uuid,
    'volatile.uuid.generation': uuid,
  };
}

const userData = (bytes: Buffer): string =>
  `#cloud-config\nchpasswd:\n  list: |\n    root:${bytes.toString('hex', 8, 16)}\n`;

function snapshotsOf(count: number, bornMs: number): SnapshotRow[] {
  return Array.from({ length: count }, (_, place) => ({
    name: `snap${place}`,
    created_at: stamp(bornMs + (place + 1) * DAY_MS),
    description: '',
    config: {},
  }));
}

/** Twenty-four bits are one number for each instance of a cluster. */
export function macOf(grain: number): string {
  const hex = (grain & 0xffffff).toString(16).padStart(6, '0');
  return `10:66:6a:${hex.slice(0, 2)}:${hex.slice(2, 4)}:${hex.slice(4, 6)}`;
}
