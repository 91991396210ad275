import { expect, test } from 'vitest';
import { askOs, pretendOs } from '../testing.ts';

const put = (os: ReturnType<typeof pretendOs>, name: string, config: unknown) =>
  askOs(os, 'PUT', `/1.0/services/${name}`, { config });
const get = async (os: ReturnType<typeof pretendOs>, name: string) =>
  (await askOs(os, 'GET', `/1.0/services/${name}`)).metadata;

test.each([
  ['iscsi', { state: { initiator_name: '' }, config: { enabled: false, targets: [] } }],
  ['lvm', { state: {}, config: { enabled: false, system_id: 0 } }],
  ['multipath', { state: { controllers: [], devices: null }, config: { enabled: false, wwns: [] } }],
  ['nvme', { state: { host_id: '', host_nqn: '', subsystems: [] }, config: { enabled: false, targets: [] } }],
  ['ovn', { state: {}, config: { enabled: false, database: '', tunnel_address: '', tunnel_protocol: '' } }],
  ['usbip', { state: {}, config: { enabled: false, targets: [] } }],
])('%s on a fresh system', async (name, expected) => {
  expect(await get(pretendOs(), name)).toEqual(expected);
});

test('ceph and linstor exist only with their application', async () => {
  const os = pretendOs();
  expect((await put(os, 'ceph', { enabled: true })).status).toBe(404);
  expect((await askOs(os, 'GET', '/1.0/services')).metadata).toHaveLength(8);
  os.state.applications.set('incus-ceph', { version: '1', friendly_version: '1', config: {} });
  expect(await get(os, 'ceph')).toEqual({ state: {}, config: { enabled: false, clusters: {} } });
  expect((await askOs(os, 'GET', '/1.0/services')).metadata).toHaveLength(9);
});

test('PUT replaces the whole config and ignores key case and unknown keys', async () => {
  const os = pretendOs();
  await put(os, 'lvm', { Enabled: true, SYSTEM_ID: 7, other: 1 });
  expect(await get(os, 'lvm')).toEqual({ state: {}, config: { enabled: true, system_id: 7 } });
  await put(os, 'lvm', { system_id: 8 });
  expect(await get(os, 'lvm')).toEqual({ state: {}, config: { enabled: false, system_id: 8 } });
});

test('a bare config, without the wrapper, is accepted and disables the service', async () => {
  const os = pretendOs();
  await put(os, 'lvm', { enabled: true, system_id: 7 });
  expect((await askOs(os, 'PUT', '/1.0/services/lvm', { enabled: true, system_id: 9 })).status).toBe(200);
  expect(await get(os, 'lvm')).toEqual({ state: {}, config: { enabled: false, system_id: 0 } });
});

test.each([
  [
    'lvm',
    { system_id: '7' },
    'json: cannot unmarshal string into Go struct field ServiceLVMConfig.config.system_id of type int',
  ],
  [
    'lvm',
    { system_id: 1.5 },
    'json: cannot unmarshal number 1.5 into Go struct field ServiceLVMConfig.config.system_id of type int',
  ],
  [
    'ovn',
    { enabled: true, ic_chassis: 'yes' },
    'json: cannot unmarshal string into Go struct field ServiceOVNConfig.config.ic_chassis of type bool',
  ],
  ['ovn', { enabled: true }, 'missing OVN database address'],
  [
    'usbip',
    { targets: {} },
    'json: cannot unmarshal object into Go struct field ServiceUSBIPConfig.config.targets of type []api.ServiceUSBIPTarget',
  ],
  [
    'usbip',
    { targets: [{ bus_id: 1 }] },
    'json: cannot unmarshal number into Go struct field ServiceUSBIPConfig.config.targets.bus_id of type string',
  ],
  ['multipath', { enabled: true, wwns: ['0x1'] }, 'failed to locate WWN "0x1"'],
  [
    'nvme',
    { enabled: true, targets: [{ transport: 'fc', address: 'nn-0x1:pn-0x2' }] },
    'no local Fibre Channel port found for NVME target "nn-0x1:pn-0x2"',
  ],
  [
    'nvme',
    { enabled: true, targets: [{ transport: 'tcp', address: '192.0.2.6', nqn: 'nqn.x' }] },
    `couldn't connect to NVME subsystem "nqn.x" on "192.0.2.6"`,
  ],
])('%s refuses %j with 500', async (name, config, error) => {
  expect(await put(pretendOs(), name, config)).toMatchObject({ status: 500, error });
});

test.each([
  ['tailscale up', { enabled: true, auth_key: 'bad' }],
  ['tailscale set', { enabled: true, auth_key: 'tskey-x', advertised_routes: ['10.0.0.1/8'] }],
  ['tailscale serve', { enabled: true, auth_key: 'tskey-x', serve_enabled: true }],
])('%s fails and nothing is stored', async (command, config) => {
  const os = pretendOs();
  const reply = await put(os, 'tailscale', config);
  expect(reply).toMatchObject({ status: 500 });
  expect(reply.error).toContain(`Failed to run: ${command}`);
  expect(await get(os, 'tailscale')).toMatchObject({ config: { enabled: false } });
});

test('other services store the config even when they fail', async () => {
  const os = pretendOs();
  expect((await put(os, 'iscsi', { enabled: true, targets: [{ target: 'iqn.x', address: '192.0.2.5' }] })).status).toBe(
    500,
  );
  expect(await get(os, 'iscsi')).toMatchObject({
    config: { enabled: true, targets: [{ target: 'iqn.x', address: '192.0.2.5', port: 0 }] },
  });
});

test('disabling multipath does not stay', async () => {
  const os = pretendOs();
  const wwns = ['0x60014050000000000000000000000001'];
  await put(os, 'multipath', { enabled: true, wwns });
  expect((await put(os, 'multipath', { enabled: false })).status).toBe(200);
  expect(await get(os, 'multipath')).toMatchObject({ config: { enabled: true, wwns } });
});

test('an enabled nvme has a host NQN of its own', async () => {
  const os = pretendOs();
  expect(
    (await put(os, 'nvme', { enabled: true, targets: [{ transport: 'tcp', address: '192.168.1.100', port: 8009 }] }))
      .status,
  ).toBe(200);
  expect(await get(os, 'nvme')).toMatchObject({
    state: { host_nqn: expect.stringMatching(/^nqn\.2014-08\.org\.nvmexpress:uuid:[0-9a-f-]{36}$/) },
  });
});

test.each([
  ['lvm', 500, "LVM isn't currently enabled"],
  ['usbip', 500, "reset isn't supported by this service"],
  ['ceph', 404, 'not found'],
])('reset of %s', async (name, status, error) => {
  expect(await askOs(pretendOs(), 'POST', `/1.0/services/${name}/:reset`)).toMatchObject({ status, error });
});

test('the fault hits the named service only, after the config was stored', async () => {
  const os = pretendOs({ faults: [{ name: 'services-put-fails', server: 'server1', arg: 'nvme' }] });
  expect((await put(os, 'lvm', { enabled: true, system_id: 3 })).status).toBe(200);
  expect((await put(os, 'nvme', { enabled: true })).status).toBe(500);
  expect(await get(os, 'nvme')).toMatchObject({ config: { enabled: true } });
});
