import { Fault } from '@operations-center/contract';
import { expect, test } from 'vitest';
import { type CandidateServer, checkCandidates, checkClusterName } from './cluster.rules.ts';
import { readCreateRequest } from './creation/create-request.rules.ts';
import { toCandidate } from './look/server-facts.rules.ts';
import { emptyServer, postOf } from './testing/values.ts';

/** What a refusal looks like to a caller. */
function refusalOf(work: () => unknown): { code: string; status: number; message: string } | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { code: error.code, status: error.status, message: error.message };
  }
}

const prohibited = 'Invalid cluster, name can not contain any of "\\\\/:*?\\"<>|"';

test.each<[string, string]>([
  ['', 'Invalid cluster, name can not be empty'],
  ...'\\/:*?"<>|'.split('').map((character) => [`a${character}b`, prohibited] satisfies [string, string]),
  ['.', 'Invalid cluster, name can not be "."'],
  ['..', 'Invalid cluster, name can not be ".."'],
  ['a\0b', 'Invalid cluster, name can not contain control characters'],
  ['a\nb', 'Invalid cluster, name can not contain control characters'],
  ['x'.repeat(10_240), 'Invalid cluster, name can not be longer than 255 bytes'],
  ['ä'.repeat(128), 'Invalid cluster, name can not be longer than 255 bytes'],
])('the name %j is refused', (name, message) => {
  expect(refusalOf(() => checkClusterName(name))).toEqual({ code: 'name_invalid', status: 400, message });
});

test.each(['wonderful', 'with space', '...', 'über', "it's", 'x'.repeat(255)])('the name %j is taken', (name) => {
  expect(refusalOf(() => checkClusterName(name))).toBeUndefined();
});

const rolling = (post_restore_delay: string, restore_mode: string) => ({
  config: { rolling_restart: { post_restore_delay, restore_mode } },
});

test.each([
  [
    '2 connection_url',
    { connection_url: '127.0.0.1:8443' },
    'cluster_invalid',
    'Invalid cluster, connection URL is not valid: parse "127.0.0.1:8443": first path segment in URL cannot contain colon',
  ],
  [
    '5 delay',
    rolling('soon', ''),
    'cluster_invalid',
    'Invalid cluster, config.rolling_restart.post_restore_delay "soon" is not a duration such as 15m',
  ],
  [
    '6 mode',
    rolling('', 'jump'),
    'cluster_invalid',
    'Invalid cluster, config.rolling_restart.restore_mode "jump" is neither empty nor "skip"',
  ],
  ['7 no servers', { server_names: [] }, 'cluster_invalid', 'Invalid cluster, list of server names can not be empty'],
  ['8 no type', { server_type: '' }, 'cluster_invalid', 'Invalid cluster definition, server type can not be ""'],
  [
    '8 type unknown',
    { server_type: 'unknown' },
    'cluster_invalid',
    'Invalid cluster definition, server type can not be "unknown"',
  ],
  [
    'a server twice',
    { server_names: ['server1', 'server1'] },
    'cluster_server_repeated',
    'Invalid cluster, server "server1" is named more than once',
  ],
  [
    '9 seed of wrong shape',
    { application_seed_config: { networks: 'none' } },
    'application_config_invalid',
    'Invalid cluster definition, failed to unmarshal application seed config as Incus local init preseed: networks: expected a list, found text',
  ],
  [
    'no PEM',
    { application_seed_config: { certificates: [{ name: 'c', type: 'client', certificate: 'nonsense' }] } },
    'application_config_invalid',
    expect.stringContaining('certificates[0].certificate'),
  ],
  [
    'addresses for all',
    { application_seed_config: { config: { 'core.https_address': ':8443' } } },
    'application_config_invalid',
    expect.stringContaining('core.https_address'),
  ],
  [
    '23 service no object',
    { services_config: { nvme: true } },
    'services_config_invalid',
    'Failed to enable OS service "nvme" on "server1": config is not an object',
  ],
  [
    '24 lvm without enabled',
    { services_config: { lvm: {} } },
    'services_config_invalid',
    'Failed to enable OS service "lvm" on "server1": "enabled" is not a bool',
  ],
  [
    '24 lvm enabled no bool',
    { services_config: { lvm: { enabled: 'yes' } } },
    'services_config_invalid',
    'Failed to enable OS service "lvm" on "server1": "enabled" is not a bool',
  ],
])('a request is refused: %s', (_, change, code, message) => {
  expect(refusalOf(() => readCreateRequest(postOf(change), 'stable'))).toEqual({ code, status: 400, message });
});

test('row 4: without a channel and without a default there is none', () => {
  const message = 'Invalid cluster, channel can not be empty';
  expect(refusalOf(() => readCreateRequest(postOf({}), ''))).toEqual({ code: 'cluster_invalid', status: 400, message });
  expect(readCreateRequest(postOf({}), 'stable').channel).toBe('stable');
});

test("of several things wrong, the first in OC's order is told", () => {
  const all = { name: '', connection_url: ':1', server_names: [], server_type: '' };
  const messages = [all, { ...all, name: 'x' }, { ...all, name: 'x', connection_url: '' }].map(
    (change) => refusalOf(() => readCreateRequest(postOf(change), 'stable'))?.message,
  );
  expect(messages).toEqual([
    'Invalid cluster, name can not be empty',
    'Invalid cluster, connection URL is not valid: parse ":1": missing protocol scheme',
    'Invalid cluster, list of server names can not be empty',
  ]);
});

test('unknown fields pass and are noted; a service wrapped as config is the same', () => {
  const request = readCreateRequest(
    postOf({ services_config: { lvm: { config: { enabled: true } } }, application_seed_config: { network_acls: [] } }),
    'stable',
  );
  expect(request.services).toEqual([{ name: 'lvm', config: { enabled: true } }]);
  expect(request.notes).toMatchObject([{ code: 'unknown_field', message: expect.stringContaining('network_acls') }]);
});

const good = (name: string): CandidateServer => ({
  name,
  cluster: null,
  forming_cluster: null,
  status: 'ready',
  channel: 'stable',
  server_type: 'incus',
  needs_update: false,
  needs_reboot: false,
  in_maintenance: 0,
  incus: { name: 'incus', version: '202609010000' },
});
const wanted = { name: 'wonderful', channel: 'stable', server_type: 'incus' };

test.each<[string, Partial<CandidateServer>, string, string]>([
  [
    '13 member',
    { cluster: 'other' },
    'cluster_server_taken',
    'Server "b" is already part of cluster "other": Operation not permitted',
  ],
  [
    'forming',
    { forming_cluster: 'next' },
    'cluster_server_taken',
    'Server "b" is being made part of cluster "next": Operation not permitted',
  ],
  [
    '14 not ready',
    { status: 'offline' },
    'cluster_server_not_ready',
    'Server "b" is not in ready state and can therefore not be used for clustering: Operation not permitted',
  ],
  [
    '15 channel',
    { channel: 'testing' },
    'cluster_server_unsuitable',
    'Server "b" update channel "testing" does not match channel requested for cluster "stable": Operation not permitted',
  ],
  [
    '16 update',
    { needs_update: true },
    'cluster_server_not_ready',
    'Server "b" not ready to be clustered (needs update: true, needs reboot: false, in maintenance: not in maintenance): Operation not permitted',
  ],
  [
    '16 reboot',
    { needs_reboot: true },
    'cluster_server_not_ready',
    'Server "b" not ready to be clustered (needs update: false, needs reboot: true, in maintenance: not in maintenance): Operation not permitted',
  ],
  [
    '16 maintenance',
    { in_maintenance: 2 },
    'cluster_server_not_ready',
    'Server "b" not ready to be clustered (needs update: false, needs reboot: false, in maintenance: evacuated): Operation not permitted',
  ],
  [
    '17 no Incus',
    { incus: undefined },
    'cluster_server_unsuitable',
    'Server "b" does not have application Incus: Operation not permitted',
  ],
  [
    '18 version',
    { incus: { name: 'incus', version: '2' } },
    'cluster_server_unsuitable',
    'Incus version is not the same on all servers, found "202609010000" and "2": Operation not permitted',
  ],
  [
    '19 application',
    { incus: { name: 'incus-lts-7.0', version: '202609010000' } },
    'cluster_server_unsuitable',
    'Incus application is not the same on all servers, found "incus" and "incus-lts-7.0": Operation not permitted',
  ],
  [
    '21 type',
    { server_type: 'incus-lts-7.0' },
    'cluster_server_unsuitable',
    'Server "b" has type "incus-lts-7.0" but "incus" was expected: Operation not permitted',
  ],
])('a server is refused: %s', (_, change, code, message) => {
  const servers = [good('a'), { ...good('b'), ...change }];
  expect(refusalOf(() => checkCandidates(['a', 'b'], servers, wanted))).toEqual({ code, status: 400, message });
});

test('rows 11 and 12: a server without a name, or nobody knows it', () => {
  expect(refusalOf(() => checkCandidates([''], [], wanted))).toMatchObject({ status: 400 });
  const message = 'Failed to get server "b" by name: Not found';
  const servers = [good('a')];
  expect(refusalOf(() => checkCandidates(['a', 'b'], servers, wanted))).toEqual({
    code: 'server_not_found',
    status: 404,
    message,
  });
});

test('servers that are alike, free and ready are taken', () => {
  expect(refusalOf(() => checkCandidates(['a', 'b'], [good('a'), good('b')], wanted))).toBeUndefined();
});

test('what was last seen of a server is read as OC stores it', () => {
  const stored = {
    os: { name: 'IncusOS', version: '1', version_next: '', needs_reboot: true },
    applications: [{ name: 'incus', version: '7', in_maintenance: 2 }],
    update_channel: 'stable',
  };
  const server = { ...emptyServer('a'), version_data: JSON.stringify(stored) };
  expect(toCandidate(server)).toMatchObject({
    needs_reboot: true,
    needs_update: false,
    in_maintenance: 2,
    incus: { name: 'incus', version: '7' },
  });
  expect(toCandidate({ ...server, version_data: 'garbage' })).toMatchObject({ incus: undefined, needs_reboot: false });
});
