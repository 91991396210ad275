import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { makeEyes } from './incus-eyes.ts';
import { expectThePage, type Stage } from './story.ts';
import type { PageFiles } from './world.ts';

/** The user's page, word for word. */
const values = '---\nSOME_VARIABLE: "the value"\nA_BOOLEAN_VARIABLE: true\nA_NUMERIC_VARIABLE: 42\n';
const untyped = 'SOME_VARIABLE: {description: A note}\nA_BOOLEAN_VARIABLE: {default: false}\nA_NUMERIC_VARIABLE: {}\n';
const typed =
  'SOME_VARIABLE: {type: string}\nA_BOOLEAN_VARIABLE: {type: boolean}\nA_NUMERIC_VARIABLE: {type: integer, max: 65535}\n';

/** A cluster of the page's files, but from a template that has the variables of the page's file of values in it. */
export async function expectThePageFromTemplate(
  stage: Stage,
  directory: string,
  kind: 'typed' | 'untyped',
): Promise<void> {
  const { daemon, servers, files } = stage;
  const write = (name: string, text: string): string => {
    writeFileSync(join(directory, name), text);
    return join(directory, name);
  };
  const template = templateOf(files);
  const provision = (...words: string[]) => daemon.cli('provisioning', ...words);
  const parts = [
    '-c',
    write('services.template', template.services),
    '-a',
    write('application.template', template.application),
  ];
  const variables = write('variables.yaml', kind === 'typed' ? typed : untyped);
  expect(await provision('cluster-template', 'add', kind, ...parts, '--variables', variables)).toMatchObject({
    exit: 0,
  });

  const names = servers.map(({ name }) => name).join(',');
  const from = ['--cluster-template', kind, '--cluster-template-variables', write('values.yaml', values)];
  const added = await provision('cluster', 'add', 'wonderful', servers[0]?.url ?? '', '-s', names, ...from);
  expect(added).toMatchObject({ exit: 0, stdout: '' });
  await expectThePage(stage, 'wonderful');
  const eyes = makeEyes(daemon);
  const first = servers[0]?.url ?? '';
  const nvme = await eyes.get<{ config: object }>(first, '/os/1.0/services/nvme');
  expect(nvme.config).toMatchObject({ enabled: true, targets: [{ transport: 'tcp', port: 42 }] });
  const { config } = await eyes.get<{ config: Record<string, string> }>(first, '/1.0');
  expect(config['user.note']).toBe('it is the value');
  await eyes.close();
  const used = await daemon.client('cluster_template_use', { params: { name: 'wonderful' } });
  expect(used).toMatchObject({ metadata: { template: kind, revision: 1, values: { A_NUMERIC_VARIABLE: 42 } } });
}

function templateOf({ services, application }: PageFiles): { services: string; application: string } {
  const read = (path: string) => readFileSync(path, 'utf8');
  return {
    services: read(services)
      .replaceAll('enabled: true', 'enabled: @A_BOOLEAN_VARIABLE@')
      .replace('8009', '@A_NUMERIC_VARIABLE@'),
    application: read(application).replace('config:\n', 'config:\n  user.note: "it is @SOME_VARIABLE@"\n'),
  };
}
