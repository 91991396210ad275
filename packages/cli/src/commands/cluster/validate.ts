import { terminalWidth } from '../../call.ts';
import { defineCommand } from '../../command.ts';
import { AnswersNo, UsageFailure } from '../../failures/failure.ts';
import { flag, text } from '../../options.ts';
import { listFormat } from '../../output/list.ts';
import { readTextFile } from '../../read-file.ts';
import { type ReadVerdict, showVerdict } from './validate-text.ts';

const file = { names: 'files', placeholder: 'file' } as const;

export const clusterValidate = defineCommand({
  path: ['provisioning', 'cluster', 'validate'],
  about: 'Check the files of a cluster, without a daemon',
  detail:
    'Reads the files strictly and tells all that is wrong with them at once, each with its line and what to do; nothing is sent anywhere. What only servers know – which keys their Incus has, what is there already – "cluster check" asks them. Exits with 1 if anything is wrong; warnings are not.',
  examples: [
    'operations-center provisioning cluster validate -c services.yaml -a application.yaml',
    'operations-center provisioning cluster validate -a application.yaml --format json',
    'operations-center provisioning cluster validate -c services.yaml --allow-unknown',
  ],
  args: {},
  options: {
    'services-config': text('Configuration of the IncusOS services', { short: 'c', ...file }),
    'application-seed-config': text('Configuration of Incus: a preseed', { short: 'a', ...file }),
    'allow-unknown': flag('Let pass, with a warning, what a newer IncusOS or Incus may have'),
    format: listFormat,
  },
  run: async ({ options }): Promise<ReadVerdict> => {
    const { 'services-config': services, 'application-seed-config': application } = options;
    if (services === '' && application === '') {
      throw new UsageFailure('no file is given', 'Give --services-config, --application-seed-config, or both.');
    }
    const { validateFiles } = await import('@operations-center/documents');
    const files = { services: readFile(services), application: readFile(application) };
    const told = validateFiles(files, { allowUnknown: options['allow-unknown'], nowMs: Date.now() });
    const texts = new Map([files.services, files.application].flatMap((one) => (one ? [[one.name, one.text]] : [])));
    return { ...told, texts };
  },
  show: async (verdict, { options: { format }, terminal }) => {
    const told = await showVerdict(verdict, format, terminalWidth(terminal));
    if (!verdict.valid) throw new AnswersNo(told);
    return told;
  },
});

const readFile = (path: string) => (path === '' ? undefined : { name: path, text: readTextFile(path) });
