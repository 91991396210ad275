import { expect, test } from 'vitest';
import { isMemberNetworkKey, isMemberPoolKey, isMemberServerKey } from './incus-keys.ts';
import { localScopeFrom, MetadataConfiguration } from './incus-metadata.ts';
import { ClusterGroup, Network } from './incus-objects.ts';
import { IncusServer, putClusterToBootstrap, putClusterToJoin } from './incus-server.ts';
import { nameFromUrl } from './wire-values.ts';

test('an untrusted view of a server has no environment and no extensions', () => {
  const server = IncusServer.parse({ config: {}, api_extensions: null, auth: 'untrusted', api_version: '1.0' });
  expect(server.environment).toBeUndefined();
  expect(server.api_extensions).toEqual([]);
  expect(server['api_version']).toBe('1.0');
});

test('a bootstrap names no other member', () => {
  expect(putClusterToBootstrap('server1')).toEqual({
    server_name: 'server1',
    enabled: true,
    member_config: null,
    cluster_address: '',
    cluster_certificate: '',
    server_address: '',
    cluster_token: '',
  });
});

const join = {
  server_name: 'server2',
  cluster_address: '10.0.0.1:8443',
  cluster_certificate: 'PEM',
  server_address: '10.0.0.2:8443',
  cluster_token: 'token',
};

test.each(Object.keys(join))('a join without %s is refused: Incus might bootstrap instead', (key) => {
  expect(putClusterToJoin(join)).toEqual({ ...join, enabled: true, member_config: null });
  expect(() => putClusterToJoin({ ...join, [key]: '' })).toThrow(key);
});

test.each([
  ['source', 'zfs', true],
  ['size', 'lvm', true],
  ['size', 'lvmcluster', false],
  ['lvm.vg_name', 'lvmcluster', true],
  ['rsync.bwlimit', 'dir', false],
])('pool key %s of driver %s belongs to a member: %s', (key, driver, belongs) => {
  expect(isMemberPoolKey(driver, key)).toBe(belongs);
});

test.each([
  ['tunnel.mesh.interface', true],
  ['tunnel.mesh.local', true],
  ['tunnel.mesh.id', false],
  ['tunnel.a.b.interface', false],
  ['bridge.external_interfaces', true],
  ['parent', true],
  ['ipv4.address', false],
])('network key %s belongs to a member: %s', (key, belongs) => {
  expect(isMemberNetworkKey(key)).toBe(belongs);
});

test('listen addresses and system volumes are of one member, a title is of all', () => {
  expect(isMemberServerKey('core.https_address')).toBe(true);
  expect(isMemberServerKey('storage.images_volume')).toBe(true);
  expect(isMemberServerKey('user.ui.title')).toBe(false);
});

test('keys of local scope are read from what Incus says about itself', () => {
  const metadata = MetadataConfiguration.parse({
    configs: {
      storage_zfs: {
        common: {
          keys: [
            { 'zfs.pool_name': { scope: 'local' } },
            { source: { scope: 'local' } },
            { 'zfs.export': { scope: 'global' } },
          ],
        },
      },
      server: { a: { keys: [{ 'core.https_address': { scope: 'local', type: 'string' } }] }, b: { keys: null } },
      instance: { boot: { keys: [{ 'boot.autostart': { type: 'bool' } }] } },
    },
  });
  expect(localScopeFrom(metadata)).toEqual({
    storage_zfs: ['source', 'zfs.pool_name'],
    server: ['core.https_address'],
  });
});

test('null where a map or a list is meant is an empty one, as Incus sends it', () => {
  expect(ClusterGroup.parse({ name: 'fast', description: '', config: null, members: null, used_by: null })).toEqual({
    name: 'fast',
    description: '',
    config: {},
    members: [],
    used_by: [],
  });
});

test('an object without the field we decide by does not pass', () => {
  expect(Network.safeParse({ name: 'incusbr0', type: 'bridge' }).success).toBe(false);
});

test('a name is the last segment of its URL', () => {
  expect(nameFromUrl('/os/1.0/applications/incus')).toBe('incus');
  expect(nameFromUrl('/1.0/profiles/a%2Fb?project=web')).toBe('a/b');
});
