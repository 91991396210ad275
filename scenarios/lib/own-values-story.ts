import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
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
}
