import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Daemon } from './daemon.ts';
import { expectStateStands } from './provider-eyes.ts';

export const secret = 'correct-horse-battery';

/** Something of every kind, with secrets, and with texts that mean something in HCL. */
const application = (pool: string): string => `---
config:
  user.ui.title: 'A "\${title}" of %{50}'
  user.password: ${secret}
${pool}
projects:
  - name: web.shop
    description: 'Says "hello"'
    config: { features.networks: 'false' }
networks:
  - name: backend
    type: bridge
    description: "Back\\nend"
    config: { ipv4.address: 10.55.0.1/24, ipv4.nat: 'true', ipv6.address: none, user.note: '\${x}' }
  - name: automatic
    type: bridge
    config: { ipv4.address: auto, ipv6.address: none }
storage_volumes:
  - { pool: local, name: shared-data, type: custom, content_type: filesystem, description: Data }
profiles:
  - name: small
    config:
      limits.cpu: 1
      environment.TOKEN: ${secret}
      cloud-init.user-data: |
        #cloud-config
        password: ${secret}
    devices:
      root: { type: disk, path: /, pool: local }
  - name: default
    project: web.shop
    devices:
      eth0: { type: nic, network: backend }
cluster_groups:
  - name: fast
    description: Fast machines
    members: [server1]
`;

/** Makes a cluster of server1 from it, and looks at what it can be carried on with: no secret, and nothing to change. */
export async function expectRichArtifacts(
  { daemon, servers, directory }: { daemon: Daemon; servers: readonly { url: string }[]; directory: string },
  pool = '',
): Promise<void> {
  const url = servers[0]?.url ?? '';
  const file = join(directory, 'rich.yaml');
  writeFileSync(file, application(pool));
  const words = `provisioning cluster add rich ${url} --server-names=server1 --application-seed-config=${file}`;
  expect(await daemon.cli(...words.split(' '))).toMatchObject({ exit: 0 });
  const folder = join(directory, 'rich');
  for (const artifact of ['inputs', 'plan', 'terraform-configuration']) {
    const asked = `provisioning cluster artifact export rich ${artifact} ${folder}`;
    expect(await daemon.cli(...asked.split(' '))).toMatchObject({ exit: 0, stderr: '' });
  }
  const names = ['application.yaml', 'plan.json', 'terraform.tfstate', 'variables.tf', 'resources_profiles.tf'];
  for (const name of names) expect(readFileSync(join(folder, name), 'utf8'), name).not.toContain(secret);
  const variables = readFileSync(join(folder, 'variables.tf'), 'utf8').match(/^variable ".*"/gm);
  expect(variables).toEqual([
    'variable "profile_small_cloud_init_user_data"',
    'variable "profile_small_environment_TOKEN"',
    'variable "server_config_user_password"',
  ]);
  expect(await expectStateStands(daemon, url, 'rich')).toBe(24);
  await expectRenewed({ daemon, url, file, folder: `${folder}-renewed` });
}

/** What is applied later stands in them, too: one thing more, one changed, one gone. */
async function expectRenewed(given: { daemon: Daemon; url: string; file: string; folder: string }): Promise<void> {
  const { daemon, url, file, folder } = given;
  const text = readFileSync(file, 'utf8').replace('limits.cpu: 1', 'limits.cpu: 2').replace('name: fast', 'name: slow');
  writeFileSync(file, text);
  const words = `provisioning cluster apply rich -a ${file} --prune --yes`;
  expect(await daemon.cli(...words.split(' '))).toMatchObject({ exit: 0 });
  for (const artifact of ['inputs', 'plan', 'terraform-configuration']) {
    const asked = `provisioning cluster artifact export rich ${artifact} ${folder}`;
    expect(await daemon.cli(...asked.split(' '))).toMatchObject({ exit: 0, stderr: '' });
  }
  const read = (name: string) => readFileSync(join(folder, name), 'utf8');
  const names = ['cluster.yaml', 'application.yaml', 'plan.json', 'last-apply.json', 'terraform.tfstate'];
  for (const name of names) expect(read(name), name).not.toContain(secret);
  expect(read('application.yaml')).toContain('slow');
  expect(read('last-apply.json')).toContain('"prune-item/cluster-group/fast"');
  expect(read('resources_profiles.tf')).toMatch(/"limits.cpu" += "2"/);
  expect(await expectStateStands(daemon, url, 'rich')).toBe(24);
}
