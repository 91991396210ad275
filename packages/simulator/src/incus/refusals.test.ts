import { describe, expect, it } from 'vitest';
import { formCluster, makeTestWorld } from './testing.ts';

/** Each row was asked of real Incus 7.0.2 in IncusOS mode: method, path, body, then its status and its text. */
type Row = [method: string, path: string, body: unknown, status: number, text: string];

const ALONE: Row[] = [
  ['GET', '/nothing', undefined, 404, 'not found'],
  ['GET', '/1.0/', undefined, 404, 'not found'],
  ['GET', '/1.0/networks/', undefined, 404, 'not found'],
  ['POST', '/1.0/nothing', {}, 404, 'not found'],
  ['DELETE', '/1.0', undefined, 501, 'not implemented'],
  ['PUT', '/1.0/cluster/members', {}, 501, 'not implemented'],
  ['BREW', '/1.0', undefined, 404, 'Method "BREW" not found'],
  ['GET', '/1.0/cluster/members', undefined, 500, 'Server is not clustered'],
  ['GET', '/1.0/cluster/members/server1', undefined, 500, 'Server is not clustered'],
  ['POST', '/1.0/cluster/members', { server_name: 'x' }, 400, 'This server is not clustered'],
  ['GET', '/1.0/cluster/groups', undefined, 400, 'This server is not clustered'],
  ['GET', '/1.0/operations/abc', undefined, 404, 'Operation not found'],
  ['GET', '/1.0/profiles/none', undefined, 404, 'Fetch profile: Profile not found'],
  ['GET', '/1.0/projects/none', undefined, 404, 'Project not found'],
  ['GET', '/1.0/networks/none', undefined, 404, 'Network not found'],
  ['GET', '/1.0/storage-pools/none', undefined, 404, 'Storage pool not found'],
  ['GET', '/1.0/certificates/abcd', undefined, 404, 'Certificate not found'],
  [
    'GET',
    '/1.0/instances/none',
    undefined,
    404,
    'Failed to fetch instance "none" in project "default": Instance not found',
  ],
  ['GET', '/1.0/images/none', undefined, 404, 'Image "none" not found'],
  ['GET', '/1.0/network-acls/none', undefined, 404, 'Network ACL not found'],
  ['GET', '/1.0/network-integrations/none', undefined, 404, 'Network_integration not found'],
  ['GET', '/1.0/profiles?project=none', undefined, 404, 'Failed loading project "none": Project not found'],
  ['GET', '/1.0?target=server9', undefined, 404, 'Cluster member not found'],
  ['GET', '/1.0/storage-pools/none?target=server1', undefined, 404, 'Storage pool not found'],
  ['PUT', '/1.0', '', 400, 'EOF'],
  ['PATCH', '/1.0', [], 400, 'json: cannot unmarshal array into Go value of type api.ServerPut'],
  ['PATCH', '/1.0', { config: { 'no.such.key': '1' } }, 400, "cannot set 'no.such.key' to '1': unknown key"],
  [
    'PATCH',
    '/1.0',
    { config: { 'core.https_address': 'bad address' } },
    400,
    `cannot set 'core.https_address' to 'bad address': Couldn't resolve "bad address"`,
  ],
  [
    'PATCH',
    '/1.0',
    { config: { 'cluster.max_voters': '2' } },
    400,
    "cannot set 'cluster.max_voters' to '2': Value must be an odd number equal to or higher than 3",
  ],
  [
    'PATCH',
    '/1.0',
    { config: { 'cluster.offline_threshold': '5' } },
    400,
    "cannot set 'cluster.offline_threshold' to '5': Value must be greater than '10'",
  ],
  ['PUT', '/1.0', { config: { 'user.a': 'b' } }, 500, 'Cannot unset HTTPS address on an IncusOS system'],
  [
    'PATCH',
    '/1.0',
    { config: { 'storage.images_volume': 'local/images' } },
    404,
    'Failed validation of "storage.images_volume": Unable to load storage pool "local": Storage pool not found',
  ],
  ['POST', '/1.0/certificates', { type: 'client' }, 400, 'Client is already trusted'],
  ['POST', '/1.0/certificates', { type: 'client', certificate: 'zzz?' }, 400, 'illegal base64 data at input byte 3'],
  ['POST', '/1.0/storage-pools', {}, 400, 'No name provided'],
  ['POST', '/1.0/storage-pools', { name: 'a' }, 400, 'No driver provided'],
  [
    'POST',
    '/1.0/storage-pools',
    { name: 'a b', driver: 'dir' },
    400,
    'Invalid storage pool name: Name cannot contain white space',
  ],
  [
    'POST',
    '/1.0/storage-pools',
    { name: 'a/b', driver: 'dir' },
    400,
    'Invalid storage pool name: Name contains invalid character "/"',
  ],
  ['POST', '/1.0/storage-pools', { name: 'a', driver: 'nosuch' }, 500, 'Unknown driver'],
  ['POST', '/1.0/storage-pools', { name: 'a', driver: 'dir', config: { 'x.y': '1' } }, 500, 'Invalid option "x.y"'],
  ['POST', '/1.0/storage-pools', { name: 'a', driver: 'btrfs' }, 500, "Loop backed pools aren't supported on IncusOS"],
  ['POST', '/1.0/storage-pools', { name: 'a', driver: 'lvm' }, 500, `IncusOS service "lvm" isn't currently enabled`],
  ['POST', '/1.0/networks', {}, 400, 'No name provided'],
  ['POST', '/1.0/networks', { name: 'a b' }, 400, 'Invalid network name: Name cannot contain white space'],
  [
    'POST',
    '/1.0/networks',
    { name: 'averyveryverylongname' },
    400,
    'Invalid network name: Network interface is too long (maximum 15 characters)',
  ],
  ['POST', '/1.0/networks', { name: 'n1', type: 'nosuch' }, 400, 'Unknown driver'],
  [
    'POST',
    '/1.0/networks',
    { name: 'n1', config: { 'x.y': '1' } },
    500,
    'Invalid option for network "n1" option "x.y"',
  ],
  [
    'POST',
    '/1.0/networks',
    { name: 'n1', config: { 'ipv4.address': 'zz' } },
    500,
    'Invalid value for network "n1" option "ipv4.address": invalid CIDR address: zz',
  ],
  [
    'POST',
    '/1.0/networks',
    { name: 'n2', type: 'macvlan' },
    500,
    'Invalid value for network "n2" option "parent": Required value',
  ],
  ['POST', '/1.0/networks', { name: 'eth0' }, 500, 'Network interface "eth0" already exists'],
  ['DELETE', '/1.0/networks/n1', undefined, 404, 'Failed loading network: Network not found'],
  ['DELETE', '/1.0/profiles/default', undefined, 403, 'The "default" profile cannot be deleted'],
  ['DELETE', '/1.0/projects/default', undefined, 403, "The 'default' project cannot be deleted"],
  ['POST', '/1.0/profiles', {}, 400, 'No name provided'],
  ['POST', '/1.0/profiles', { name: 'a/b' }, 400, 'Invalid profile name: Name contains invalid character "/"'],
  [
    'POST',
    '/1.0/profiles',
    { name: 'default' },
    500,
    'Error inserting "default" into database: The profile already exists',
  ],
  ['POST', '/1.0/profiles', { name: 'p', config: { x: '1' } }, 400, 'Unknown configuration key: x'],
  [
    'POST',
    '/1.0/profiles',
    { name: 'p', devices: { eth0: { type: 'nic', network: 'nope' } } },
    400,
    'Device validation failed for "eth0": Failed loading device "eth0": Failed to load network "nope" for project "default": Network not found',
  ],
  [
    'POST',
    '/1.0/profiles',
    { name: 'p', devices: { eth0: { type: 'zzz' } } },
    400,
    'Device validation failed for "eth0": Failed loading device "eth0": Unsupported device type',
  ],
  ['POST', '/1.0/projects', {}, 400, 'Invalid project name: Names must start and end with an alphanumeric character'],
  [
    'POST',
    '/1.0/projects',
    { name: 'default' },
    409,
    'Failed creating project "default": Failed adding database record: This "Project" entry already exists',
  ],
  ['POST', '/1.0/projects', { name: 'j', config: { x: '1' } }, 400, 'Invalid project configuration key "x"'],
  [
    'POST',
    '/1.0/projects',
    { name: 'j', config: { 'features.networks': 'true' } },
    400,
    'OVN is required for projects with "features.networks" enabled',
  ],
  [
    'POST',
    '/1.0/projects',
    { name: 'j', config: { 'features.profiles': 'maybe' } },
    400,
    'Invalid project configuration key "features.profiles" value: Invalid value for a boolean "maybe"',
  ],
  ['DELETE', '/1.0/projects/none', undefined, 404, 'Fetch project "none": Project not found'],
];

const CLUSTERED: Row[] = [
  [
    'PUT',
    '/1.0',
    { config: { 'core.https_address': '127.77.0.1:8443' } },
    500,
    'Changing cluster.https_address is currently not supported',
  ],
  [
    'PATCH',
    '/1.0',
    { config: { 'cluster.https_address': '127.0.0.9' } },
    500,
    'Changing cluster.https_address is currently not supported',
  ],
  ['GET', '/1.0/cluster/members/zz', undefined, 404, 'Cluster member not found'],
  ['DELETE', '/1.0/cluster/members/zz', undefined, 404, 'Failed to get member "zz": Cluster member not found'],
  [
    'POST',
    '/1.0/cluster/members',
    {},
    400,
    'Invalid cluster member name: Names must start and end with an alphanumeric character',
  ],
  [
    'POST',
    '/1.0/cluster/members',
    { server_name: 'a b' },
    400,
    'Invalid cluster member name: Name cannot contain white space',
  ],
  [
    'POST',
    '/1.0/cluster/members',
    { server_name: 'server1' },
    500,
    'The cluster already has a member with name: server1',
  ],
  ['POST', '/1.0/cluster/members/server2', { server_name: 'server1' }, 409, 'Conflict'],
  [
    'PUT',
    '/1.0/cluster/members/server2',
    { roles: [], groups: ['default'] },
    400,
    'The "database" role cannot be dropped at this time',
  ],
  [
    'PATCH',
    '/1.0/cluster/members/server2',
    { description: 'E' },
    400,
    'The "database" role cannot be dropped at this time',
  ],
  [
    'PATCH',
    '/1.0/cluster/members/server2',
    { roles: ['database'] },
    400,
    'Cluster members need to belong to at least one group',
  ],
  ['POST', '/1.0/cluster/members/server2/state', { action: 'zz' }, 400, 'Unknown action "zz"'],
  ['POST', '/1.0/cluster/members/server2/state', { action: 'restore', mode: 'x' }, 400, 'Invalid restore mode "x"'],
  [
    'POST',
    '/1.0/cluster/members/server2/state',
    { action: 'evacuate', mode: 'zz' },
    400,
    'Invalid value "zz" (not one of [auto migrate live-migrate refresh-migrate stop stateful-stop force-stop])',
  ],
  ['POST', '/1.0/cluster/groups', { name: 'default' }, 409, 'This "Cluster_group" entry already exists'],
  ['GET', '/1.0/cluster/groups/zz', undefined, 404, 'Cluster_group not found'],
  ['DELETE', '/1.0/cluster/groups/default', undefined, 403, "The 'default' cluster group cannot be deleted"],
  ['POST', '/1.0/cluster/groups/default', { name: 'x' }, 403, 'The "default" group cannot be renamed'],
  [
    'POST',
    '/1.0/storage-pools',
    { name: 'l', driver: 'dir' },
    500,
    'Pool not pending on any node (use --target <node> first)',
  ],
  ['POST', '/1.0/storage-pools?target=zz', { name: 'l', driver: 'dir' }, 404, 'Cluster member not found'],
  [
    'POST',
    '/1.0/storage-pools?target=server1',
    { name: 'l', driver: 'dir', description: 'd' },
    400,
    'The storage pool description cannot be set for a specific member',
  ],
  [
    'POST',
    '/1.0/storage-pools?target=server1',
    { name: 'l', driver: 'dir', config: { 'rsync.bwlimit': '1' } },
    500,
    'Config key "rsync.bwlimit" may not be used as member-specific key',
  ],
  ['POST', '/1.0/networks', { name: 'n' }, 500, 'Network not pending on any node (use --target <node> first)'],
  [
    'POST',
    '/1.0/networks?target=server1',
    { name: 'n', description: 'd' },
    400,
    'The network description cannot be set for a specific member',
  ],
  [
    'POST',
    '/1.0/networks?target=server1',
    { name: 'n', config: { 'ipv4.nat': 'true' } },
    400,
    'Config key "ipv4.nat" may not be used as member-specific key',
  ],
  [
    'POST',
    '/1.0/networks?target=server1',
    { name: 'ov', type: 'ovn' },
    400,
    'Network type "ovn" does not support member specific config',
  ],
  [
    'POST',
    '/1.0/networks',
    { name: 'ov', type: 'ovn' },
    500,
    `Failed loading network: IncusOS service "ovn" isn't currently enabled`,
  ],
];

describe('a server alone refuses', () => {
  it.each(ALONE)('%s %s %j', async (method, path, body, status, text) => {
    const { ask } = await makeTestWorld(1);
    const answer = await ask(1, method, path, body);
    expect([answer.status, answer.error]).toEqual([status, text]);
  });
});

describe('a cluster of three refuses', () => {
  it.each(CLUSTERED)('%s %s %j', async (method, path, body, status, text) => {
    const { ask } = await makeTestWorld(3);
    await formCluster(ask, 3);
    const answer = await ask(1, method, path, body);
    expect([answer.status, answer.error]).toEqual([status, text]);
  });
});

describe('who may ask', () => {
  const stranger = { clientFingerprint: 'f'.repeat(64) };

  it.each([
    ['GET', '/', 200],
    ['GET', '/1.0', 200],
    ['GET', '/1.0/metadata/configuration', 200],
    ['GET', '/1.0/instances', 403],
    ['GET', '/1.0/operations', 403],
    ['PUT', '/1.0', 403],
    ['GET', '/1.0/nothing', 404],
  ])('a stranger: %s %s → %i', async (method, path, status) => {
    const { ask } = await makeTestWorld(1);
    expect((await ask(1, method, path, undefined, stranger)).status).toBe(status);
  });

  it('tells a stranger nothing but what the login page needs', async () => {
    const { ask } = await makeTestWorld(1);
    await ask(1, 'PATCH', '/1.0', { config: { 'user.ui.title': 'hello', 'user.other': 'secret' } });
    const { metadata } = await ask(1, 'GET', '/1.0', undefined, stranger);
    expect(metadata).toEqual({
      config: { 'user.ui.title': 'hello' },
      api_extensions: null,
      api_status: 'stable',
      api_version: '1.0',
      auth: 'untrusted',
      public: false,
      auth_methods: ['tls'],
    });
  });

  it('keeps the last client certificate', async () => {
    const { ask, administrator } = await makeTestWorld(1);
    const answer = await ask(1, 'DELETE', `/1.0/certificates/${administrator.fingerprint}`);
    expect([answer.status, answer.error]).toEqual([
      400,
      'Cannot remove last client certificate while running on IncusOS',
    ]);
  });

  it('holds a restricted certificate to its projects', async () => {
    const { ask, members } = await makeTestWorld(2);
    await ask(1, 'POST', '/1.0/projects', { name: 'web' });
    const certificate = members[1]?.own().certificate;
    await ask(1, 'POST', '/1.0/certificates', {
      type: 'client',
      name: 'bob',
      restricted: true,
      projects: ['web'],
      certificate,
    });
    const bob = { clientFingerprint: members[1]?.own().fingerprint };
    expect((await ask(1, 'POST', '/1.0/profiles?project=web', { name: 'mine' }, bob)).status).toBe(201);
    const answers = [
      await ask(1, 'POST', '/1.0/profiles', { name: 'other' }, bob),
      await ask(1, 'PATCH', '/1.0', { config: {} }, bob),
    ];
    expect(answers.map((one) => [one.status, one.error])).toEqual(
      answers.map(() => [403, 'Certificate is restricted']),
    );
  });

  it('takes a certificate once: 409 for the second time, 404 for a project that is not there', async () => {
    const { ask, members } = await makeTestWorld(2);
    const certificate = members[1]?.own().certificate.replaceAll(/-----[^-]*-----|\n/g, '');
    const wish = { type: 'client', name: 'bob', certificate };
    expect((await ask(1, 'POST', '/1.0/certificates', { ...wish, restricted: true, projects: ['nope'] })).error).toBe(
      'Project not found',
    );
    expect((await ask(1, 'POST', '/1.0/certificates', wish)).reply.headers.location).toBe(
      `/1.0/certificates/${members[1]?.own().fingerprint}`,
    );
    expect((await ask(1, 'POST', '/1.0/certificates', wish)).error).toBe('Certificate already in trust store');
  });

  it('lets a stranger in with an add token, once', async () => {
    const { ask, members } = await makeTestWorld(2);
    const { metadata } = (await ask(1, 'POST', '/1.0/certificates', { type: 'client', name: 'bob', token: true }))
      .metadata;
    const token = Buffer.from(JSON.stringify({ client_name: 'bob', secret: metadata.secret })).toString('base64');
    const bob = {
      clientFingerprint: members[1]?.own().fingerprint,
      clientCertificatePem: members[1]?.own().certificate,
    };
    expect((await ask(1, 'POST', '/1.0/certificates', { type: 'client', trust_token: token }, bob)).status).toBe(201);
    expect((await ask(1, 'GET', '/1.0/profiles', undefined, bob)).status).toBe(200);
    const again = await ask(1, 'POST', '/1.0/certificates', { type: 'client', trust_token: token }, stranger);
    expect([again.status, again.error]).toEqual([403, 'No matching certificate add operation found']);
  });
});

describe('ETags', () => {
  it('refuse a change of what has moved on, and let one pass that saw the present', async () => {
    const { ask } = await makeTestWorld(1);
    const before = (await ask(1, 'GET', '/1.0')).reply.headers.etag;
    await ask(1, 'PATCH', '/1.0', { config: { 'user.a': '1' } });
    const late = await ask(1, 'PATCH', '/1.0', { config: { 'user.a': '2' } }, { headers: { 'if-match': before } });
    expect(late.status).toBe(412);
    expect(late.error).toMatch(/^ETag doesn't match: [0-9a-f]{64} vs [0-9a-f]{64}$/);
    const now = (await ask(1, 'GET', '/1.0')).reply.headers.etag;
    expect(
      (await ask(1, 'PATCH', '/1.0', { config: { 'user.a': '2' } }, { headers: { 'if-match': now } })).status,
    ).toBe(200);
  });
});
