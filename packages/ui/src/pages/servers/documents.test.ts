import type { ServerAnswer } from '@operations-center/contract';
import { expect, test } from 'vitest';
import { disks, hardwareLines, interfaces, pools, sizeWord, versions } from './documents.rules.ts';

const server = (more: object): ServerAnswer =>
  ({ hardware_data: {}, os_data: {}, version_data: {}, ...more }) as ServerAnswer; // the rules read these fields alone

test('what a machine says of itself is read where it is, and nothing breaks where it is not', () => {
  const empty = server({});
  expect([
    hardwareLines(empty).every(([, value]) => value === ''),
    disks(empty),
    interfaces(empty),
    versions(empty),
  ]).toEqual([true, [], [], []]);
  const odd = server({
    hardware_data: { cpu: 'none', storage: { disks: {} } },
    os_data: { network: { state: { interfaces: [] } } },
  });
  expect([disks(odd), interfaces(odd)]).toEqual([[], []]);
  const whole = server({
    hardware_data: {
      memory: { total: 34_359_738_368 },
      storage: { disks: [{ id: 'sda', model: 'X', size: 1_000_000_000_000 }] },
    },
    os_data: {
      network: { state: { interfaces: { eth0: { addresses: ['10.0.0.1'], roles: ['cluster'], state: 'up' } } } },
    },
    version_data: {
      os: { name: 'IncusOS', version: '1', needs_reboot: true },
      applications: [{ name: 'incus', friendly_version: '7.0' }],
    },
  });
  expect(Object.fromEntries(hardwareLines(whole))['Memory']).toBe('32 GiB');
  expect(disks(whole)).toEqual([{ name: 'sda', model: 'X', size: '931 GiB' }]);
  expect(interfaces(whole)).toEqual([{ name: 'eth0', addresses: ['10.0.0.1'], roles: ['cluster'], state: 'up' }]);
  expect(versions(whole)).toEqual([
    { name: 'IncusOS', version: '1', next: 'needs a reboot' },
    { name: 'incus', version: '7.0', next: '' },
  ]);
  expect([0, 900, 2_048, 1_572_864].map(sizeWord)).toEqual(['0 B', '900 B', '2.0 KiB', '1.5 MiB']);
});

test('a pool says how full it is and how it is', () => {
  expect(pools(server({}))).toEqual([]);
  const pool = {
    name: 'local',
    type: 'zfs-raid0',
    state: 'DEGRADED',
    pool_allocated_space_in_bytes: 4_313_088,
    usable_pool_size_in_bytes: 17_716_740_096,
  };
  expect(pools(server({ os_data: { storage: { state: { pools: [pool] } } } }))).toEqual([
    { name: 'local', type: 'zfs-raid0', used: '4.1 MiB', size: '17 GiB', state: 'degraded' },
  ]);
});
