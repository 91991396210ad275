import type { ServerAnswer } from '@operations-center/contract';

/** What Incus and IncusOS say of a machine; they are free to leave anything out. */
type Part = Record<string, unknown>;
const at = (value: unknown, ...path: string[]): unknown =>
  path.reduce<unknown>(
    (here, key) => (typeof here === 'object' && here !== null ? (here as Part)[key] : undefined),
    value,
  );
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const text = (value: unknown): string =>
  typeof value === 'string' ? value : typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
const entries = (value: unknown): [string, unknown][] =>
  typeof value === 'object' && value !== null ? Object.entries(value) : [];

export function sizeWord(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
  const step = bytes <= 0 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10));
  const size = bytes / 1024 ** step;
  return `${size < 10 && step > 0 ? size.toFixed(1) : Math.round(size)} ${units[step]}`;
}
const sizeOf = (value: unknown): string => (typeof value === 'number' && value > 0 ? sizeWord(value) : '');

export type Line = [word: string, value: string];

export function hardwareLines({ hardware_data: data }: Pick<ServerAnswer, 'hardware_data'>): Line[] {
  const sockets = list(at(data, 'cpu', 'sockets'));
  return [
    ['Product', [text(at(data, 'system', 'vendor')), text(at(data, 'system', 'product'))].filter(Boolean).join(' ')],
    ['Serial number', text(at(data, 'system', 'serial'))],
    ['Processor', text(at(sockets[0], 'name'))],
    ['Threads', text(at(data, 'cpu', 'total'))],
    ['Architecture', text(at(data, 'cpu', 'architecture'))],
    ['Memory', sizeOf(at(data, 'memory', 'total'))],
    ['Graphics cards', text(at(data, 'gpu', 'total')).replace(/^0$/, '')],
  ];
}

export type Disk = { name: string; model: string; size: string };
export const disks = ({ hardware_data: data }: Pick<ServerAnswer, 'hardware_data'>): Disk[] =>
  list(at(data, 'storage', 'disks')).map((disk) => ({
    name: text(at(disk, 'id')),
    model: text(at(disk, 'model')),
    size: sizeOf(at(disk, 'size')),
  }));

export type Pool = { name: string; type: string; used: string; size: string; state: string };
export const pools = ({ os_data: data }: Pick<ServerAnswer, 'os_data'>): Pool[] =>
  list(at(data, 'storage', 'state', 'pools')).map((pool) => ({
    name: text(at(pool, 'name')),
    type: text(at(pool, 'type')),
    used: sizeOf(at(pool, 'pool_allocated_space_in_bytes')),
    size: sizeOf(at(pool, 'usable_pool_size_in_bytes')),
    state: text(at(pool, 'state')).toLowerCase(),
  }));

export type Interface = { name: string; addresses: string[]; roles: string[]; state: string };
export const interfaces = ({ os_data: data }: Pick<ServerAnswer, 'os_data'>): Interface[] =>
  entries(at(data, 'network', 'state', 'interfaces')).map(([name, one]) => ({
    name,
    addresses: list(at(one, 'addresses')).map(text).filter(Boolean),
    roles: list(at(one, 'roles')).map(text).filter(Boolean),
    state: text(at(one, 'state')),
  }));

export type Version = { name: string; version: string; next: string };
export function versions({ version_data: data }: Pick<ServerAnswer, 'version_data'>): Version[] {
  const of = (one: unknown): Version => ({
    name: text(at(one, 'name')),
    version: text(at(one, 'friendly_version')) || text(at(one, 'version')),
    next: at(one, 'needs_reboot') === true ? 'needs a reboot' : at(one, 'needs_update') === true ? 'has an update' : '',
  });
  return [of(at(data, 'os')), ...list(at(data, 'applications')).map(of)].filter(({ name }) => name !== '');
}
