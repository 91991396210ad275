import { expect, test } from 'vitest';
import { redactBody, secretTexts } from './redact-body.ts';

test.each([
  [
    { cluster_token: 't', cluster_certificate: 'PEM', server_name: 's' },
    { cluster_token: '**redacted**', cluster_certificate: 'PEM', server_name: 's' },
  ],
  [
    { cluster_token: '', trust_token: '' },
    { cluster_token: '', trust_token: '' },
  ],
  [{ config: { auth_key: 'a', enabled: true } }, { config: { auth_key: '**redacted**', enabled: true } }],
  [
    { config: { tls_client_key: 'k', tls_client_certificate: 'c' } },
    { config: { tls_client_key: '**redacted**', tls_client_certificate: 'c' } },
  ],
  [
    { config: { clusters: { ceph: { keyrings: { admin: { key: 'AQ==' } } } } } },
    { config: { clusters: { ceph: { keyrings: { admin: { key: '**redacted**' } } } } } },
  ],
  [{ config: { encryption_recovery_keys: ['a', 'b'] } }, { config: { encryption_recovery_keys: '**redacted**' } }],
  [
    { config: { 'loki.auth.password': 'p', 'user.ui.title': 't' } },
    { config: { 'loki.auth.password': '**redacted**', 'user.ui.title': 't' } },
  ],
  [
    { config: { 'environment.TOKEN': 'x', 'cloud-init.user-data': '#cloud', 'user.user-data': 'y' } },
    {
      config: {
        'environment.TOKEN': '**redacted**',
        'cloud-init.user-data': '**redacted**',
        'user.user-data': '**redacted**',
      },
    },
  ],
  [
    { config: { 'user.DB_PASSWORD': 'p', 'user.apikey': 'k', 'user.smtp-passwd': 'q', 'user.keyboard': 'de' } },
    {
      config: {
        ...{ 'user.DB_PASSWORD': '**redacted**', 'user.apikey': '**redacted**', 'user.smtp-passwd': '**redacted**' },
        'user.keyboard': 'de',
      },
    },
  ],
  [
    { member_config: [{ entity: 'storage-pool', name: 'local', key: 'source', value: 'local/incus' }] },
    { member_config: [{ entity: 'storage-pool', name: 'local', key: 'source', value: 'local/incus' }] },
  ],
  [
    { member_config: [{ entity: 'storage-pool', name: 'ceph', key: 'ceph.client_key', value: 'AQ==' }, 'odd'] },
    { member_config: [{ entity: 'storage-pool', name: 'ceph', key: 'ceph.client_key', value: '**redacted**' }, 'odd'] },
  ],
  [{ member_config: null }, { member_config: null }],
  [
    {
      config: {
        'acme.provider.environment': 'A=b',
        'core.trust_password': 'p',
        'network.ovn.client_key': 'k',
        'network.ovn.client_cert': 'c',
        'storage.linstor.client_key': 'k',
        'oidc.client.secret': 's',
        'user.backup_key': 'k',
        'user.mytoken': 't',
      },
    },
    {
      config: {
        'acme.provider.environment': '**redacted**',
        'core.trust_password': '**redacted**',
        'network.ovn.client_key': '**redacted**',
        'network.ovn.client_cert': 'c',
        'storage.linstor.client_key': '**redacted**',
        'oidc.client.secret': '**redacted**',
        'user.backup_key': '**redacted**',
        'user.mytoken': '**redacted**',
      },
    },
  ],
  [[{ password: 'x' }], [{ password: '**redacted**' }]],
  ['text', 'text'],
  [null, null],
])('%j is logged as %j', (body, logged) => {
  expect(redactBody(body)).toEqual(logged);
});

test('the secrets of a body are known, wherever they stand', () => {
  const body = {
    config: { auth_key: 'a', enabled: true, 'environment.TOKEN': 'e', 'user.ui.title': 'no' },
    clusters: { ceph: { keyrings: { admin: { key: 'AQ==' } } } },
    encryption_recovery_keys: ['r1', 'r2'],
    member_config: [
      { entity: 'storage-pool', name: 'ceph', key: 'ceph.client_key', value: 'm' },
      { entity: 'storage-pool', name: 'local', key: 'source', value: 'no' },
    ],
    password: '',
  };
  expect(secretTexts(body)).toEqual(['a', 'e', 'AQ==', 'r1', 'r2', 'm']);
  expect(secretTexts(undefined)).toEqual([]);
});
