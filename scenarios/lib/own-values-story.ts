import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ApplyPlanView } from '@operations-center/contract';
import { expect } from 'vitest';
import { makeEyes } from './incus-eyes.ts';
import { addCluster, type Stage } from './story.ts';

export type OwnValuesStage = Omit<Stage, 'files'> & {
  directory: string;
  /** What every application file needs here. */
  extra: string;
  makeFolder(server: string, path: string): Promise<void>;
};

/** Each server has a folder of its own for a pool, one of them elsewhere than the rule says. */
export async function expectOwnValues(stage: OwnValuesStage): Promise<void> {
  const { daemon, servers, directory, extra } = stage;
  const folder = (name: string): string => `/srv/pool-${name}`;
  for (const { name } of servers)
    for (const path of [folder(name), folder('elsewhere')]) await stage.makeFolder(name, path);
  const write = (name: string, text: string): string => {
    writeFileSync(join(directory, name), text);
    return join(directory, name);
  };
  const [first, second, third] = servers;
  const files = {
    services: write('services.yaml', 'lvm: {enabled: true}\nnvme: {enabled: true}\n'),
    application: write(
      'application.yaml',
      `---\nconfig: {user.ui.title: "of @CLUSTER_NAME@"}\nstorage_pools:\n  - {name: own, driver: dir, config: {source: ${folder('@SERVER_NAME@')}}}\n${extra.replace('storage_pools:\n', '')}`,
    ),
  };
  const overrides = write(
    'overrides.yaml',
    `${second?.name}:\n  storage_pools: {own: {source: ${folder('elsewhere')}}}\n${third?.name}:\n  services: {lvm: {enabled: false}}\n`,
  );
  const wish = ['--server-overrides', overrides, '--builtin-variables'];
  const names = servers.map(({ name }) => name);
  const planned = await addCluster({ ...stage, files }, 'own-values', names, [...wish, '--plan', '--format', 'json']);
  expect(planned).toMatchObject({ exit: 0 });
  for (const source of [folder(first?.name ?? ''), folder('elsewhere'), folder(third?.name ?? '')])
    expect(planned.stdout).toContain(source);
  expect(planned.stdout).not.toContain('@SERVER_NAME@');
  const added = await addCluster({ ...stage, files }, 'own-values', names, wish);
  expect(added, added.stderr).toMatchObject({ exit: 0 });

  const eyes = makeEyes(daemon);
  const url = first?.url ?? '';
  const sourceOn = async (name: string) =>
    (await eyes.get<{ config: Record<string, string> }>(url, `/1.0/storage-pools/own?target=${name}`)).config['source'];
  expect(await Promise.all(names.map(sourceOn))).toEqual([
    folder(first?.name ?? ''),
    folder('elsewhere'),
    folder(third?.name ?? ''),
  ]);
  const lvmOf = async (of: string) =>
    (await eyes.get<{ config: { enabled: boolean; system_id: number } }>(of, '/os/1.0/services/lvm')).config;
  const lvm = await Promise.all(servers.map((server) => lvmOf(server.url)));
  expect(lvm.map(({ enabled }) => enabled)).toEqual([true, true, false]);
  expect(new Set(lvm.slice(0, 2).map(({ system_id }) => system_id)).size).toBe(2);
  const { config } = await eyes.get<{ config: Record<string, string> }>(url, '/1.0');
  expect(config['user.ui.title']).toBe('of own-values');
  await eyes.close();
  await expectAppliedAgain(stage, files, write);
}

/** The same files are as wanted already: what single servers have otherwise is remembered, variables mean the same. */
async function expectAppliedAgain(
  { daemon, servers }: OwnValuesStage,
  files: { services: string; application: string },
  write: (name: string, text: string) => string,
): Promise<void> {
  const words = ['provisioning', 'cluster', 'apply', 'own-values', '-a', files.application, '-c', files.services];
  const planned = async (...more: string[]) => {
    const ran = await daemon.cli(...words, ...more, '--plan', '--format', 'json');
    expect(ran, ran.stderr).toMatchObject({ exit: 0 });
    return JSON.parse(ran.stdout) as ApplyPlanView;
  };
  const nothing = { steps: [], problems: [], differences: [], remembers: false };
  expect(await planned()).toMatchObject({ runnable: true, ...nothing });
  const [first, second, third] = servers.map(({ name }) => name);
  const own = (services: string) =>
    write('others.yaml', `${second}:\n  storage_pools: {own: {source: /srv/pool-elsewhere}}\n${services}`);
  const target = '{transport: tcp, address: 192.168.1.101, port: 8009}';
  const one = own(
    `${third}:\n  services: {lvm: {enabled: false}}\n${first}:\n  services: {nvme: {enabled: true, targets: [${target}]}}\n`,
  );
  const plan = await planned('--server-overrides', one);
  expect(plan.steps.map(({ key }) => key)).toEqual([`configure-services/${first}`]);
  expect(plan).toMatchObject({ runnable: true, remembers: true, problems: [] });
  const moved = write('moved.yaml', `${second}:\n  storage_pools: {own: {source: /srv/moved}}\n`);
  const refused = await planned('--server-overrides', moved, '--take', 'file');
  expect(refused.problems.map(({ what }) => what)).toContainEqual(
    expect.stringMatching(/source of .*own would change/),
  );
}
