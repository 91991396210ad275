import type { Problem } from '@operations-center/documents';
import { terminalWidth } from '../../call.ts';
import { defineCommand } from '../../command.ts';
import { AnswersNo, UsageFailure } from '../../failures/failure.ts';
import { flag, text } from '../../options.ts';
import { listFormat } from '../../output/list.ts';
import { readTextFile } from '../../read-document.ts';
import { showVerdict, type Verdict } from './validate-text.ts';

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
  run: async ({ options }): Promise<Verdict> => {
    const { 'services-config': services, 'application-seed-config': application } = options;
    if (services === '' && application === '') {
      throw new UsageFailure('no file is given', 'Give --services-config, --application-seed-config, or both.');
    }
    const { parsePreseed, parseServices } = await import('@operations-center/documents');
    const strictly = { strict: true, allowUnknown: options['allow-unknown'] };
    const texts = new Map<string, string>();
    const read = (path: string): string => {
      const content = readTextFile(path);
      texts.set(path, content);
      return content;
    };
    const alone = { nowMs: Date.now() };
    const checked = [
      ...(services === '' ? [] : [parseServices(read(services), services, strictly)]),
      ...(application === '' ? [] : [parsePreseed(read(application), application, { ...strictly, alone })]),
    ];
    const problems = checked.flatMap((one) => (one.ok ? [] : one.problems)).sort(inOrder);
    const warnings = checked.flatMap((one) => one.warnings).sort(inOrder);
    return { valid: problems.length === 0, problems, warnings, texts };
  },
  show: async (verdict, { options: { format }, terminal }) => {
    const told = await showVerdict(verdict, format, terminalWidth(terminal));
    if (!verdict.valid) throw new AnswersNo(told);
    return told;
  },
});

/** File by file, from top to bottom. */
const inOrder = (one: Problem, other: Problem): number =>
  one.file === other.file ? (one.line ?? 0) - (other.line ?? 0) || (one.column ?? 0) - (other.column ?? 0) : 0;
