import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeSealer } from '../../platform/keys/sealing.ts';
import { openTestDatabase } from '../../testing/test-database.ts';
import { makeTestFolder } from '../../testing/test-folder.ts';
import { makeTestLog } from '../events/test-log.ts';
import { checkNetworkSettings, parseListenAddress } from './settings.rules.ts';
import { makeSettingsService } from './settings.service.ts';
import { defaultSettings, type NetworkSettings } from './settings.ts';

test.each([
  ['127.0.0.1:8443', '127.0.0.1', 8443],
  ['127.0.0.1', '127.0.0.1', 7443],
  [':9000', '::', 9000],
  [':', '::', 7443],
  ['[::1]:9000', '::1', 9000],
  ['::1', '::1', 7443],
])('%s is listened on as %s, port %d', (text, host, port) => {
  expect(parseListenAddress(text)).toEqual({ host, port });
});

test.each(['example.net:7443', '127.0.0.1:99999', '127.0.0.1:x', '1.2.3.4.5'])(
  '%s is refused as an address to listen on',
  (text) => {
    expect(() => parseListenAddress(text)).toThrow(/rest_server_address/);
  },
);

test.each([
  ['', ':7443'],
  ['https://oc.example.net:7443', ''],
  ['http://oc.example.net', ':7443'],
  ['https://oc.example.net/path', ':7443'],
  ['oc.example.net', ':7443'],
])('address %j with rest_server_address %j is refused', (address, rest_server_address) => {
  expect(() => checkNetworkSettings({ address, rest_server_address })).toThrow(
    /Failed to update network configuration/,
  );
});

async function openService(applyNetwork: (network: NetworkSettings) => Promise<void> = async () => {}) {
  const path = join(makeTestFolder(), 'operations-center.db');
  const database = await openTestDatabase(path);
  const sealer = makeSealer(randomBytes(32));
  const open = () =>
    makeSettingsService({ database, sealer, events: makeTestLog(), applyNetwork, applyLogLevel: () => {} });
  return { database, open, service: await open() };
}

test('a section is replaced whole, survives a restart, and its secrets are sealed in the database', async () => {
  const { database, open, service } = await openService();
  const security = {
    ...defaultSettings.security,
    openfga: { api_token: 'very-secret', api_url: 'https://x', store_id: 's' },
  };
  await service.update('security', security);
  expect((await open()).current().security).toEqual(security);
  const rows = await database.read.selectFrom('settings').selectAll().execute();
  expect(JSON.stringify(rows)).not.toContain('very-secret');
  await database.close();
});

test('a redacted secret that comes back means unchanged', async () => {
  const { database, service } = await openService();
  const openfga = { api_token: 'very-secret', api_url: 'https://x', store_id: 's' };
  await service.update('security', { ...defaultSettings.security, openfga });
  await service.update('security', {
    ...defaultSettings.security,
    openfga: { ...openfga, api_token: '**redacted**', store_id: 't' },
  });
  expect(service.current().security.openfga).toEqual({ ...openfga, store_id: 't' });
  await database.close();
});

test('redacted where there is nothing to keep, or in a list that has become shorter, is refused', async () => {
  const { database, service } = await openService();
  const { security } = defaultSettings;
  const openfga = { api_token: '**redacted**', api_url: '', store_id: '' };
  await expect(service.update('security', { ...security, openfga })).rejects.toThrow(
    'Failed to update security.openfga.api_token: it is **redacted**, but there is no secret',
  );
  const environment = (...provider_environment: string[]) => ({
    ...security,
    acme: { ...security.acme, provider_environment },
  });
  await service.update('security', environment('A=1', 'B=2'));
  await expect(service.update('security', environment('**redacted**'))).rejects.toThrow('had 2 entries and has 1');
  await service.update('security', environment('**redacted**', 'B=3', 'C=4'));
  expect(service.current().security.acme.provider_environment).toEqual(['A=1', 'B=3', 'C=4']);
  await database.close();
});

test('what is shown to nobody is shown redacted, and stays so when a client of OC sends it back', async () => {
  const { database, service } = await openService();
  const openfga = { api_token: 'very-secret', api_url: 'https://x', store_id: 's' };
  await service.update('security', { ...defaultSettings.security, openfga, redact: 'always' });
  const { redact, ...shown } = service.shown('security');
  expect([redact, shown.openfga.api_token]).toEqual(['always', '**redacted**']);
  await service.update('security', shown);
  expect(service.current().security).toMatchObject({ redact: 'always', openfga });
  await database.close();
});

test('an address that cannot be had changes nothing', async () => {
  const { database, service } = await openService(async () => {
    throw new Error('in use');
  });
  await expect(service.update('network', { address: 'https://oc:7443', rest_server_address: ':7443' })).rejects.toThrow(
    'in use',
  );
  expect(service.current().network).toEqual(defaultSettings.network);
  await database.close();
});

test.each([
  ['security', { ...defaultSettings.security, trusted_tls_client_cert_fingerprints: ['abc'] }, 'setting_invalid'],
  ['settings', { ...defaultSettings.settings, log_level: 'LOUD' }, 'setting_invalid'],
  ['updates', { ...defaultSettings.updates, server_default_channel: 'nope' }, 'channel_unknown'],
] as const)('%s with a wrong value is refused', async (section, value, code) => {
  const { database, service } = await openService();
  await expect(service.update(section, value as never)).rejects.toMatchObject({ code });
  expect(service.current()).toEqual(defaultSettings);
  await database.close();
});
