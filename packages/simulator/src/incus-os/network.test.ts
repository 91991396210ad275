import { expect, test } from 'vitest';
import { manualClock } from '../clock.ts';
import { askOs, type Deeds, pretendOs } from '../testing.ts';

const MAC = '10:66:6a:00:00:01';
const one = (device: object) => ({
  interfaces: [{ name: 'mgmt', hwaddr: MAC, addresses: ['127.77.0.20/16'], ...device }],
});

test('without any role in the configuration, each routable card has management and cluster', async () => {
  const os = pretendOs();
  await askOs(os, 'PUT', '/1.0/system/network', {
    config: { interfaces: [{ name: 'enp5s0', hwaddr: 'eth0', addresses: ['dhcp4'] }] },
  });
  expect((await askOs(os, 'GET', '/1.0/system/network')).metadata).toMatchObject({
    config: { interfaces: [{ hwaddr: os.identity.mac(0) }], time: { timezone: 'UTC' } },
    state: {
      interfaces: {
        enp5s0: { addresses: ['127.77.0.11'], roles: ['management', 'cluster'], state: 'routable', type: 'interface' },
      },
    },
  });
});

test.each([
  [{ wireguard: [{ name: 'wg0' }] }, 400, 'network configuration has no devices defined'],
  [
    { ...one({}), confirmation_timeout: 'soon' },
    400,
    'invalid confirmation timeout provided: time: invalid duration "soon"',
  ],
  [{ ...one({}), confirmation_timeout: '0' }, 400, 'confirmation timeout must be greater than zero'],
  [one({ name: '' }), 500, 'interface 0 has no name'],
  [
    one({ name: 'a-name-that-is-too-long' }),
    500,
    "interface 0 name 'a-name-that-is-too-long' cannot be longer than 13 characters",
  ],
  [one({ roles: ['king'] }), 500, 'interface 0 role "king" is unsupported'],
  [one({ roles: ['cluster', 'cluster'] }), 500, 'interface 0 role "cluster" is listed multiple times'],
  [
    one({ addresses: ['127.77.0.20'] }),
    500,
    "interface 0 address 0 invalid IP address '127.77.0.20', must provide a CIDR mask",
  ],
  [one({ hwaddr: '' }), 500, 'interface 0 has no MAC address'],
  [one({ mtu: 9001 }), 500, 'interface 0 MTU out of range'],
  [{ ...one({}), vlans: [{ name: 'v1', parent: 'nope', id: 1 }] }, 500, "vlan 0 unable to find parent 'nope'"],
  [{ ...one({}), bonds: [{ name: 'b0', mode: 'wild' }] }, 500, "bond 0 invalid Mode value 'wild'"],
  [
    { ...one({}), vlans: [{ name: 'mgmt', parent: 'mgmt', id: 1 }] },
    500,
    'duplicate interface/bond/vlan/wireguard name: mgmt',
  ],
])('%j is refused and changes nothing', async (config, status, error) => {
  const deeds: Deeds = { list: [] };
  const os = pretendOs({ deeds });
  const before = os.state.network.config;
  expect(await askOs(os, 'PUT', '/1.0/system/network', { config })).toMatchObject({ status, error });
  expect(os.state.network.config).toBe(before);
  expect(deeds.list).toEqual([]);
});

test('a configuration that is not confirmed in time is rolled back', async () => {
  const clock = manualClock();
  const deeds: Deeds = { list: [] };
  const os = pretendOs({ clock, deeds });
  const config = { ...one({}), confirmation_timeout: '30s' };
  expect((await askOs(os, 'PUT', '/1.0/system/network', { config })).status).toBe(200);
  expect((await askOs(os, 'PUT', '/1.0/system/network', { config })).error).toContain('must first be confirmed');
  expect((await askOs(os, 'GET', '/1.0/system/network')).metadata).toMatchObject({
    state: { interfaces: { mgmt: { addresses: ['127.77.0.20'] } } },
  });
  await clock.advance(30_000);
  expect((await askOs(os, 'GET', '/1.0/system/network')).metadata).toMatchObject({
    state: { interfaces: { eth0: { addresses: ['127.77.0.11'] } } },
  });
  expect(deeds.list.filter((deed) => deed === 'notify network-config-changed')).toHaveLength(2);
});

test('a confirmed one stays', async () => {
  const clock = manualClock();
  const os = pretendOs({ clock });
  await askOs(os, 'PUT', '/1.0/system/network', { config: { ...one({}), confirmation_timeout: '30s' } });
  expect((await askOs(os, 'POST', '/1.0/system/network/:confirm')).status).toBe(200);
  // A second one right after it must not be ended by the first one's timer.
  await clock.advance(20_000);
  const second = {
    interfaces: [{ name: 'other', hwaddr: MAC, addresses: ['127.77.0.21/16'] }],
    confirmation_timeout: '1h',
  };
  await askOs(os, 'PUT', '/1.0/system/network', { config: second });
  await clock.advance(20_000);
  expect((await askOs(os, 'GET', '/1.0/system/network')).metadata).toMatchObject({
    state: { interfaces: { other: {} } },
  });
  await clock.advance(3_600_000);
  expect((await askOs(os, 'GET', '/1.0/system/network')).metadata).toMatchObject({
    state: { interfaces: { mgmt: {} } },
  });
  expect((await askOs(os, 'POST', '/1.0/system/network/:confirm')).error).toBe(
    'no network configuration is pending a confirmation',
  );
});
