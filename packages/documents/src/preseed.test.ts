import { expect, test } from 'vitest';
import { AUTHORITY_PEM, indent, ME_FINGERPRINT, ME_PEM, OTHER_PEM, pageApplication } from './fixtures.ts';
import { normalisePreseed, parsePreseed } from './preseed.ts';
import type { Preseed } from './preseed-shape.ts';
import type { Checked, Problem } from './problem.ts';

const EMPTY: Preseed = {
  config: {},
  storage_pools: [],
  networks: [],
  storage_volumes: [],
  profiles: [],
  projects: [],
  certificates: [],
  cluster_groups: [],
};
const PAGE: Preseed = {
  ...EMPTY,
  config: { 'user.ui.title': 'My wonderful cluster' },
  certificates: [
    {
      type: 'client',
      name: 'my-client-cert',
      description: 'Client certificate for accessing the cluster',
      certificate: ME_PEM,
      restricted: false,
      projects: [],
      fingerprint: ME_FINGERPRINT,
    },
  ],
};
const problemsOf = (checked: Checked<unknown>): Problem[] => (checked.ok ? [] : checked.problems);
const codes = (problems: readonly Problem[]): string[] => problems.map(({ code }) => code);
const valueOf = (value: unknown): Preseed => {
  const checked = normalisePreseed(value);
  if (!checked.ok) throw new Error(JSON.stringify(checked.problems));
  return checked.value;
};
const FAKE_KEY = '-----BEGIN EC PRIVATE KEY-----\nbm90IGEga2V5IGF0IGFsbA==\n-----END EC PRIVATE KEY-----\n';

test('the application file of the page is read', () => {
  expect(parsePreseed(pageApplication(ME_PEM), 'app.yaml')).toEqual({ ok: true, value: PAGE, warnings: [] });
});

test('its JSON twin, CRLF and a byte order mark mean the same', () => {
  const wanted = { ok: true, value: PAGE, warnings: [] };
  const twin = {
    config: { 'user.ui.title': 'My wonderful cluster' },
    certificates: [
      {
        type: 'client',
        name: 'my-client-cert',
        description: 'Client certificate for accessing the cluster',
        certificate: ME_PEM,
      },
    ],
  };
  expect(parsePreseed(JSON.stringify(twin), 'app.json')).toEqual(wanted);
  expect(normalisePreseed(twin)).toEqual(wanted);
  expect(parsePreseed(pageApplication(ME_PEM).replaceAll('\n', '\r\n'), 'app.yaml')).toEqual(wanted);
  expect(parsePreseed(`\uFEFF${pageApplication(ME_PEM)}`, 'app.yaml')).toEqual(wanted);
});

test.each([
  ['nothing', undefined],
  ['null', null],
  ['an empty map', {}],
  ['null everywhere', Object.fromEntries(Object.keys(EMPTY).map((key) => [key, null]))],
  ['the cluster section of a dump', { cluster: null }],
  ['a cluster section that asks for nothing', { cluster: { enabled: false, server_name: '' } }],
])('%s is an empty configuration', (_, value) => {
  expect(normalisePreseed(value)).toEqual({ ok: true, value: EMPTY, warnings: [] });
});

test('scalars of config maps become strings, and null an empty one', () => {
  const { config, profiles } = valueOf({
    config: { 'a.b': true, 'c.d': 6, 'e.f': 1.5, 'g.h': null },
    profiles: [{ name: 'p', config: { 'limits.cpu': 2 }, devices: { root: { type: 'disk', 'boot.priority': 10 } } }],
  });
  expect(config).toEqual({ 'a.b': 'true', 'c.d': '6', 'e.f': '1.5', 'g.h': '' });
  expect(profiles).toEqual([
    {
      name: 'p',
      description: '',
      config: { 'limits.cpu': '2' },
      devices: { root: { type: 'disk', 'boot.priority': '10' } },
      project: 'default',
    },
  ]);
});

test('64-bit integers of a file stay what they are', () => {
  const checked = parsePreseed('config:\n  user.big: 9223372036854775807\n', 'a.yaml');
  expect(checked.ok && checked.value.config).toEqual({ 'user.big': '9223372036854775807' });
  expect(checked.warnings).toEqual([]);
});

test('keys are read in any case, as Go writes Project and Pool', () => {
  const { storage_volumes } = valueOf({
    Storage_Volumes: [{ Name: 'v', Pool: 'local', Project: 'web', Type: 'custom' }],
  });
  expect(storage_volumes).toMatchObject([{ name: 'v', pool: 'local', project: 'web' }]);
});

test('a key given in two cases: the last one counts, with a warning', () => {
  const checked = normalisePreseed({ projects: [{ name: 'a', Name: 'b' }] });
  expect(checked.ok && checked.value.projects[0]?.name).toBe('b');
  expect(codes(checked.warnings)).toEqual(['field_twice']);
});

test('every kind of item is read; an item without a project is of the default one', () => {
  const value = valueOf({
    storage_pools: [{ name: 'fast', driver: 'btrfs', description: 'd', config: { source: '/srv' } }],
    networks: [{ name: 'n', type: 'bridge', project: 'web' }, { name: 'm' }],
    storage_volumes: [{ name: 'v', pool: 'fast' }],
    projects: [{ name: 'web', config: { 'features.networks': true } }],
    cluster_groups: [
      { name: 'g', members: ['server1'] },
      { name: 'h', members: null },
    ],
  });
  expect(value).toMatchObject({
    storage_pools: [{ name: 'fast', driver: 'btrfs', description: 'd', config: { source: '/srv' } }],
    networks: [
      { name: 'n', project: 'web' },
      { name: 'm', project: 'default', type: '' },
    ],
    storage_volumes: [{ name: 'v', pool: 'fast', project: 'default', type: '', content_type: '' }],
    projects: [{ name: 'web', config: { 'features.networks': 'true' } }],
    cluster_groups: [
      { name: 'g', members: ['server1'] },
      { name: 'h', members: null },
    ],
  });
});

test('unknown keys are warnings with what was meant', () => {
  const checked = parsePreseed('network_acls: []\nprofles: []\nnetworks:\n  - name: n\n    typ: bridge\n', 'a.yaml');
  expect(checked.ok).toBe(true);
  expect(checked.warnings).toMatchObject([
    { code: 'unknown_field', path: 'network_acls', line: 1, column: 1 },
    { code: 'unknown_field', path: 'profles', suggestion: 'profiles', line: 2, column: 1 },
    { code: 'unknown_field', path: 'networks[0].typ', suggestion: 'type', line: 5, column: 5 },
  ]);
});

test.each([
  ['a list', '- config', 'wrong_type', '', 1, 1],
  ['config as a list', 'config: []', 'wrong_type', 'config', 1, 9],
  ['a map as config value', 'config:\n  a: {b: 1}', 'wrong_type', 'config.a', 2, 6],
  ['networks as a map', 'networks: {incusbr0: {}}', 'wrong_type', 'networks', 1, 11],
  ['an item that is text', 'projects: [web]', 'wrong_type', 'projects[0]', 1, 12],
  [
    'a description that is a list',
    'projects: [{name: web, description: [5]}]',
    'wrong_type',
    'projects[0].description',
    1,
    37,
  ],
  [
    'restricted as text',
    `certificates: [{restricted: "true", certificate: ${JSON.stringify(ME_PEM)}}]`,
    'wrong_type',
    'certificates[0].restricted',
    1,
    29,
  ],
  [
    'a device that is text',
    'profiles: [{name: p, devices: {root: disk}}]',
    'wrong_type',
    'profiles[0].devices.root',
    1,
    38,
  ],
  ['a network without name', 'networks:\n  - type: bridge', 'missing_field', 'networks[0]', 2, 5],
  ['a pool without driver', 'storage_pools:\n  - name: p', 'missing_field', 'storage_pools[0]', 2, 5],
  ['a volume without pool', 'storage_volumes: [{name: v}]', 'missing_field', 'storage_volumes[0]', 1, 19],
  [
    'a volume that is no custom one',
    'storage_volumes: [{name: v, pool: p, type: container}]',
    'volume_type',
    'storage_volumes[0].type',
    1,
    44,
  ],
  [
    'a profile twice, once with its project',
    'profiles: [{name: default}, {name: default, project: default}]',
    'item_twice',
    'profiles[1]',
    1,
    29,
  ],
  [
    'an address for all members',
    'config:\n  core.https_address: ":8443"',
    'address_key_refused',
    'config["core.https_address"]',
    2,
    3,
  ],
  [
    'a cluster address for all members',
    'config: {cluster.https_address: 10.0.0.1}',
    'address_key_refused',
    'config["cluster.https_address"]',
    1,
    10,
  ],
  ['a cluster section that asks for a cluster', 'cluster: {enabled: true}', 'cluster_section_refused', 'cluster', 1, 1],
  [
    'a certificate that is three dots',
    'certificates:\n  - certificate: |\n      -----BEGIN CERTIFICATE-----\n      ...\n      -----END CERTIFICATE-----',
    'certificate_invalid',
    'certificates[0].certificate',
    2,
    18,
  ],
  [
    'a certificate that is missing',
    'certificates: [{name: me, type: client}]',
    'certificate_invalid',
    'certificates[0].certificate',
    1,
    16,
  ],
  [
    'a certificate for a server',
    `certificates: [{type: server, certificate: ${JSON.stringify(ME_PEM)}}]`,
    'certificate_type',
    'certificates[0].type',
    1,
    23,
  ],
  [
    'a token in place of a certificate',
    'certificates: [{token: true}]',
    'certificate_token_refused',
    'certificates[0]',
    1,
    16,
  ],
])('%s is refused with its place', (_, text, code, path, line, column) => {
  expect(problemsOf(parsePreseed(text, 'a.yaml'))).toMatchObject([{ code, path, file: 'a.yaml', line, column }]);
});

test('of a chain the first certificate is used, with a warning', () => {
  const checked = parsePreseed(pageApplication(`${ME_PEM}${AUTHORITY_PEM}`), 'a.yaml');
  expect(checked.ok && checked.value.certificates).toEqual(PAGE.certificates);
  expect(codes(checked.warnings)).toEqual(['certificate_chain']);
});

test.each([
  ['alone', FAKE_KEY],
  ['before its certificate', `${FAKE_KEY}${ME_PEM}`],
  ['after its certificate', `${ME_PEM}${FAKE_KEY}`],
])('a private key %s is refused and never repeated', (_, pasted) => {
  const checked = parsePreseed(`certificates:\n  - certificate: |\n${indent(pasted, 6)}\n`, 'a.yaml');
  expect(problemsOf(checked)).toMatchObject([
    { code: 'private_key_in_document', path: 'certificates[0].certificate', line: 2 },
  ]);
  expect(JSON.stringify(checked)).not.toContain('bm90IGEga2V5');
});

test('a private key anywhere else is refused as well', () => {
  const checked = normalisePreseed({
    config: { 'user.x': FAKE_KEY },
    profiles: [{ name: 'p', description: 5, config: [FAKE_KEY] }],
  });
  expect(codes(problemsOf(checked)).filter((code) => code === 'private_key_in_document')).toHaveLength(2);
  expect(JSON.stringify(checked)).not.toContain('bm90IGEga2V5');
});

test('the same certificate twice is trusted once; with other rights it is refused', () => {
  const one = { type: 'client', name: 'a', certificate: ME_PEM };
  const same = normalisePreseed({ certificates: [one, { ...one, name: 'b' }, { ...one, certificate: OTHER_PEM }] });
  expect(same.ok && same.value.certificates.map(({ name }) => name)).toEqual(['a', 'a']);
  expect(codes(same.warnings)).toEqual(['certificate_twice']);
  const other = normalisePreseed({ certificates: [one, { ...one, restricted: true, projects: ['web'] }] });
  expect(codes(problemsOf(other))).toEqual(['certificate_conflict']);
});

test('a volume that copies another is warned about, an empty source of a dump is not', () => {
  const volume = { name: 'v', pool: 'p', restore: '', source: { name: '', type: '', volume_only: false } };
  expect(normalisePreseed({ storage_volumes: [volume] }).warnings).toEqual([]);
  expect(codes(normalisePreseed({ storage_volumes: [{ ...volume, source: { name: 'x' } }] }).warnings)).toEqual([
    'ignored_field',
  ]);
});

test('the mesh network may stand there twice: it is replaced anyway', () => {
  const twice = [{ name: 'meshbr0' }, { name: 'meshbr0' }];
  expect(normalisePreseed({ networks: twice }).ok).toBe(true);
  expect(codes(problemsOf(normalisePreseed({ networks: [...twice, { name: 'n' }, { name: 'n' }] })))).toEqual([
    'item_twice',
  ]);
});

test('of thousands of problems the first hundred are told', () => {
  const projects = Array.from({ length: 5_000 }, () => ({ nme: 'x', description: 5 }));
  const checked = normalisePreseed({ projects });
  expect(problemsOf(checked)).toHaveLength(101);
  expect(problemsOf(checked).at(-1)).toMatchObject({
    code: 'more_problems',
    message: 'more than 100; the others are not shown',
  });
  expect(checked.warnings).toHaveLength(101);
});

test('everything that is wrong is told at once', () => {
  const problems = problemsOf(normalisePreseed({ config: [], networks: [{}], storage_pools: [{ name: 1 }] }));
  expect(problems.map(({ code, path }) => `${code} ${path}`)).toEqual([
    'wrong_type config',
    'wrong_type storage_pools[0].name',
    'missing_field storage_pools[0]',
    'missing_field networks[0]',
  ]);
});
