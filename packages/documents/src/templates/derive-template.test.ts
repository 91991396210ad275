import { expect, test } from 'vitest';
import { ME_PEM } from '../fixtures.ts';
import { checkTemplate } from './check-template.ts';
import { deriveTemplate } from './derive-template.ts';
import { renderTemplate } from './render-template.ts';

const key = '-----BEGIN EC PRIVATE KEY-----\nMIIB\n-----END EC PRIVATE KEY-----\n';
const services = {
  lvm: { enabled: true },
  nvme: { enabled: true, targets: [{ transport: 'tcp', address: '192.168.1.100', port: 8009 }] },
  ovn: { enabled: true, database: 'tcp:192.168.1.7:6641,tcp:192.168.1.8:6641', tls_client_key: key },
};
const application = {
  config: {
    'user.ui.title': 'This is wonderful, not wonderful2',
    'oidc.client.secret': 'hunter22',
    'user.note': 'say hunter33 at @DOOR@',
    'user.door': '@DOOR@',
    'user.self': '@SERVER_NAME@',
    'loki.api.url': 'https://logs.example.org/x',
    'user.vlan': '0042',
    'loki.auth.url': 'https://me:hunter44@logs.example.org',
    'user.url': 'https://logs.example.org/?key=hunter33',
  },
  storage_pools: [{ name: 'token', driver: 'zfs', config: { source: '/dev/sdb' } }],
  networks: [{ name: 'up', type: 'bridge', config: { 'ipv4.address': '10.1.2.1/24', 'ipv6.address': 'none' } }],
  profiles: [{ name: 'wonderful', config: { 'limits.cpu': '2', 'cloud-init.user-data': '#cloud' }, devices: {} }],
  certificates: [{ name: 'me', type: 'client', certificate: ME_PEM }],
  cluster_groups: [{ name: 'web', members: ['server1', 'server2'] }],
};
const secretTexts = ['hunter33'];
const derived = deriveTemplate({ cluster: 'wonderful', services, application, resolvesBuiltIns: true, secretTexts });
const secretValues = {
  OVN_TLS_CLIENT_KEY: key,
  OIDC_CLIENT_SECRET: 'hunter22',
  USER_NOTE: 'say hunter33 at @DOOR@',
  LOKI_AUTH_URL: 'https://me:hunter44@logs.example.org',
  USER_URL: 'https://logs.example.org/?key=hunter33',
  PROFILES_WONDERFUL_CLOUD_INIT_USER_DATA: '#cloud',
};

test('what belongs to one cluster becomes a variable with its type', () => {
  const types = Object.entries(derived.template.variables).map(([name, { type, secret }]) => [
    name,
    secret === true ? `secret ${type}` : type,
  ]);
  expect(Object.fromEntries(types)).toEqual({
    NVME_TARGETS_ADDRESS: 'ip',
    OVN_DATABASE: 'ip',
    OVN_DATABASE_2: 'ip',
    OVN_TLS_CLIENT_KEY: 'secret pem',
    OIDC_CLIENT_SECRET: 'secret string',
    USER_NOTE: 'secret string',
    USER_DOOR: 'string',
    LOKI_API_URL: 'string',
    LOKI_AUTH_URL: 'secret string',
    USER_URL: 'secret string',
    STORAGE_POOLS_TOKEN_SOURCE: 'string',
    NETWORKS_UP_IPV4_ADDRESS: 'cidr',
    PROFILES_WONDERFUL_CLOUD_INIT_USER_DATA: 'secret string',
    CERTIFICATES_ME_CERTIFICATE: 'pem',
    CLUSTER_GROUPS_WEB_MEMBERS: 'list',
  });
  expect(derived.secrets).toEqual(Object.keys(secretValues));
});

test('no secret stands in a template, nor in the values that are told', () => {
  expect(JSON.stringify(derived)).not.toMatch(/hunter|BEGIN EC|#cloud/);
});

test('with its own values it comes to what it was derived from, but for the name', () => {
  expect(checkTemplate(derived.template).problems).toEqual([]);
  const rendered = renderTemplate(derived.template, { ...derived.values, ...secretValues }, '"t"');
  expect(rendered).toMatchObject({ ok: true, warnings: [] });
  if (!rendered.ok) return;
  expect(rendered.services.value).toEqual(services);
  expect(rendered.application.value).toEqual({
    ...application,
    config: { ...application.config, 'user.ui.title': 'This is @CLUSTER_NAME@, not wonderful2' },
  });
});

test('an empty document is an empty text, and a name that is built in is left to it', () => {
  const one = deriveTemplate({
    cluster: 'c',
    services: {},
    application: { server: { name: { iqn: 'x' } } },
    resolvesBuiltIns: true,
    secretTexts: [],
  });
  expect(one.template).toMatchObject({
    service_config_template: '',
    application_config_template: 'server:\n  name:\n    iqn: @SERVER_NAME_IQN@\n',
  });
  const odd = deriveTemplate({
    cluster: 'c',
    services: { server: { index: '10.0.0.1' }, VARIABLE0Z: 1 },
    application: {},
    resolvesBuiltIns: true,
    secretTexts: [],
  });
  expect(odd.template.service_config_template).toBe('server:\n  index: @SERVER_INDEX_2@\nVARIABLE0Z: 1\n');
});
