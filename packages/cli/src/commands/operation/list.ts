import type { Operation } from '@operations-center/contract';
import { terminalWidth } from '../../call.ts';
import { defineCommand } from '../../command.ts';
import { flag } from '../../options.ts';
import { type Column, listFormat, showList } from '../../output/list.ts';
import { showTime } from '../../output/time.ts';
import { listOperations } from './list-operations.ts';

const operationColumns: readonly Column<Operation>[] = [
  { header: 'ID', value: (operation) => operation.id, sorted: false },
  { header: 'Description', value: (operation) => operation.description, sorted: false, free: true },
  { header: 'Status', value: (operation) => operation.metadata.status.replaceAll('_', ' '), sorted: false },
  { header: 'Steps', value: countSteps, sorted: false },
  { header: 'Waits For', value: (operation) => operation.metadata.waits[0]?.for ?? '', sorted: false, free: true },
  { header: 'Created', value: (operation) => showTime(operation.created_at), sorted: false },
  { header: 'Updated', value: (operation) => showTime(operation.updated_at), sorted: false },
];

export const operationList = defineCommand({
  path: ['operation', 'list'],
  about: 'List the operations, newest first',
  examples: ['operations-center operation list --open'],
  args: {},
  options: { open: flag('Only those that are not over'), format: listFormat },
  run: ({ api, options }) => listOperations(api, options.open ? true : undefined),
  show: (operations, { options, terminal }) =>
    showList(operations, operationColumns, options.format, terminalWidth(terminal)),
});

function countSteps({ metadata: { steps } }: Operation): string {
  return `${steps.filter((step) => step.state === 'succeeded').length} of ${steps.length}`;
}
