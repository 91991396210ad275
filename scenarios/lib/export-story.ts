import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { ApplyStage } from './apply-story.ts';
import type { Ran } from './programs.ts';

const secret = 'hunter22 of the vault';

/** Puts a secret into the application file. */
export function addSecret(application: string): void {
  const text = readFileSync(application, 'utf8');
  writeFileSync(application, text.replace('config:\n', `config:\n  user.door_token: ${secret}\n`));
}

/** What a person did by hand since the cluster was made. */
export async function changeByHand({ eyes, url }: ApplyStage): Promise<void> {
  const web = await eyes.get<Profile>(url, '/1.0/profiles/web?project=team');
  const { description, devices } = web;
  const config = { ...web.config, 'limits.memory': '1GiB' };
  await eyes.change('PUT', url, '/1.0/profiles/web?project=team', { description, config, devices });
  await eyes.change('POST', url, '/1.0/profiles', { name: 'handmade', config: { 'limits.cpu': '4' } });
  await eyes.change('PATCH', url, '/1.0', { config: { 'user.hand': 'made for wonderful' } });
}

/**
 * A template is derived from the cluster, kept, and rendered with the cluster's own values: applied to the cluster that
 * changes nothing.
 */
export async function expectDerivedTemplateIsTheCluster(
  { planned, name }: ApplyStage,
  directory: string,
  cli: (...words: string[]) => Promise<Ran>,
): Promise<{ template: string; values: string }> {
  const [file, values] = [join(directory, 'derived.template.yaml'), join(directory, 'own.values.yaml')];
  const derived = await cli('provisioning', 'cluster', 'export-template', name, '--values', values);
  expect(derived, derived.stderr).toMatchObject({ exit: 0, stderr: '' });
  expect(derived.stdout).not.toContain('hunter22');
  expect(derived.stdout).toMatch(/192\.168\.1\.100/); // as an example
  expect(derived.stdout).toContain('address: @NVME_TARGETS_ADDRESS@');
  writeFileSync(file, derived.stdout);
  const imported = await cli('provisioning', 'cluster-template', 'import', file, '--name', 'derived');
  expect(imported, imported.stderr).toMatchObject({ exit: 0, stderr: '' });

  const own = readFileSync(values, 'utf8');
  expect(own).toContain('# USER_DOOR_TOKEN: a secret, to be filled in');
  writeFileSync(values, `${own}USER_DOOR_TOKEN: ${secret}\n`);
  const words = ['render', 'derived', '--variables', values, '--server', 'server1', '--cluster', name, '-f', 'json'];
  const rendered = await cli('provisioning', 'cluster-template', ...words);
  expect(rendered, rendered.stderr).toMatchObject({ exit: 0, stderr: '' });
  const documents = JSON.parse(rendered.stdout.replace('**redacted**', secret)) as Documents;
  expect(documents.application_seed_config).toMatchObject({
    config: { 'user.door_token': secret, 'user.hand': `made for ${name}` },
    profiles: expect.arrayContaining([{ name: 'handmade', config: { 'limits.cpu': '4' } }]),
  });
  const [application, services] = [
    join(directory, 'derived.application.json'),
    join(directory, 'derived.services.json'),
  ];
  writeFileSync(application, JSON.stringify(documents.application_seed_config));
  writeFileSync(services, JSON.stringify(documents.services_config));
  const plan = await planned('-a', application, '-c', services);
  expect(plan).toMatchObject({ runnable: true, steps: [], differences: [], problems: [], left: [] });
  return { template: 'derived', values };
}

type Profile = { description: string; config: Record<string, string>; devices: object };
type Documents = { services_config: object; application_seed_config: object };
