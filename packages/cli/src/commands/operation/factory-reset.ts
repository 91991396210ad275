import type { FactoryResetVerdict } from '@operations-center/contract';
import { defineCommand } from '../../command.ts';
import { AnswersNo } from '../../failures/failure.ts';
import { required } from '../../options.ts';
import { showFormat, showObject } from '../../output/list.ts';
import { findOperation } from './list-operations.ts';

export const operationFactoryReset = defineCommand({
  path: ['operation', 'factory-reset'],
  about: 'Say whether the servers of an operation could be reset to factory state, and if not, why; changes nothing',
  examples: [
    'operations-center operation factory-reset 3f9c1e',
    'operations-center operation factory-reset 3f9c1e -f json',
  ],
  args: { id: required('Its id; the first characters are enough', { names: 'operations' }) },
  options: { format: showFormat },
  run: async ({ api, args }) => {
    const { id } = await findOperation(api, args.id);
    return api.ask('operation_factory_reset', { params: { id } });
  },
  show(verdict, { options }) {
    const text = showObject(verdict, options.format, () => verdictText(verdict));
    // A script asks by the exit code.
    if (!verdict.possible) throw new AnswersNo(text);
    return text;
  },
});

export const verdictText = ({ servers }: FactoryResetVerdict): string =>
  servers
    .map(({ name, because }) => {
      if (because.length === 0) return `${name}: possible, from its console\n`;
      const reasons = because.map((one) => `  ${one.condition}: ${one.because}\n`);
      return `${name}: not possible, because\n${reasons.join('')}`;
    })
    .join('');
