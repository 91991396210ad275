import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectStateStands } from '../lib/provider-eyes.ts';
import { addCluster, expectThePage, lastOperation } from '../lib/story.ts';
import { listServers, startWorld, type World, writePageFiles } from '../lib/world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld({ servers: 3 });
});
afterAll(() => world.stop());

test("the cluster of the user's page, from token to removal", async () => {
  const { daemon, fleet, directory } = world;
  const stage = { daemon, servers: fleet.servers, files: await writePageFiles(directory) };

  const added = await addCluster(stage, 'wonderful');
  expect(added).toMatchObject({ exit: 0, stdout: '' });
  await expectThePage(stage, 'wonderful');
  expect((await lastOperation(daemon)).metadata.status).toBe('finished');

  // Both halves of the pool and of two networks, the server's config, three volumes; a project, two profiles, a certificate.
  expect(await expectStateStands(daemon, fleet.servers[0]?.url ?? '', 'wonderful')).toBe(29);
  const folder = join(directory, 'exported');
  const words = ['provisioning', 'cluster', 'artifact', 'export', 'wonderful', 'terraform-configuration', folder];
  expect(await daemon.cli(...words)).toMatchObject({ exit: 0, stderr: '' });
  expect(readFileSync(join(folder, 'resources_certificates.tf'), 'utf8')).toContain('"my-client-cert"');
  expect(existsSync(join(folder, 'variables.tf'))).toBe(false);

  const members = (await listServers(daemon)).map((server) => [server.name, server.cluster]);
  expect(members).toEqual(fleet.servers.map((server) => [server.name, 'wonderful']));
  const show = await daemon.cli('provisioning', 'cluster', 'list', '-f', 'csv');
  expect(show.stdout).toContain('wonderful');

  const again = await addCluster(stage, 'wonderful');
  expect(again.exit).toBe(1);
  const refused = await daemon.cli('provisioning', 'cluster', 'remove', 'wonderful');
  expect(refused.exit).toBe(1);

  expect(await daemon.cli('provisioning', 'cluster', 'remove', 'wonderful', '--force')).toMatchObject({ exit: 0 });
  const left = (await listServers(daemon)).map((server) => [server.name, server.cluster]);
  expect(left).toEqual(fleet.servers.map((server) => [server.name, '']));
});
