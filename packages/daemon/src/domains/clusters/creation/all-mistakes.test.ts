import { expect, test } from 'vitest';
import { startWorld } from '../testing/world.ts';

test.each(['plan', 'preflight'])('the mistakes of all files are told at once, each with its file: %s', async (verb) => {
  await using world = await startWorld();
  const refused = await world.ask('POST', `/1.0/provisioning/clusters/:${verb}`, {
    name: 'wonderful',
    connection_url: 'https://10.0.0.1:8443',
    server_names: ['server1', 'server2'],
    server_type: 'incus',
    application_seed_config: { confg: {}, networks: 'none' },
    services_config: { nvme: { enabled: 'yes' } },
    server_overrides: { server9: {} },
  });
  expect(refused).toMatchObject({ status: 400, body: { code: 'application_config_invalid' } });
  const { problems } = refused.body.details;
  expect(problems.map((one: { file: string; path: string }) => [one.file, one.path])).toEqual([
    ['application_seed_config', 'confg'],
    ['application_seed_config', 'networks'],
    ['services_config', 'nvme.enabled'],
    ['server_overrides', 'server9'],
  ]);
});
