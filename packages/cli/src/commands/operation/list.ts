import { type Operation, workflowNames } from '@operations-center/contract';
import { terminalWidth } from '../../call.ts';
import { defineCommand } from '../../command.ts';
import { UsageFailure } from '../../failures/failure.ts';
import { flag, readAgo, text, wholeNumber } from '../../options.ts';
import { type Column, listFormat, showList } from '../../output/list.ts';
import { showTime } from '../../output/time.ts';
import { listOperations } from './list-operations.ts';

const statuses = ['queued', 'running', 'undoing', 'paused', 'needs_attention', 'finished', 'undone', 'left'] as const;

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
  examples: [
    'operations-center operation list --open',
    'operations-center operation list --status needs_attention',
    'operations-center operation list --cluster wonderful --since 24h',
  ],
  args: {},
  options: {
    open: flag('Only those that are not over'),
    cluster: text('Only those about this cluster', { placeholder: 'name', names: 'clusters' }),
    server: text('Only those about this server', { placeholder: 'name', names: 'servers' }),
    status: text('Only those with this status', { choices: statuses }),
    since: text('Only those submitted since: a time as RFC 3339, or how long ago: 90s, 24h', { placeholder: 'when' }),
    workflow: text('Only this kind', { placeholder: 'name', choices: workflowNames }),
    limit: wholeNumber('At most so many', 200),
    format: listFormat,
  },
  whenEmpty: {
    none: 'There is no operation',
    from: 'What takes longer than a moment is one, such as: operations-center provisioning cluster add.',
  },
  run: ({ api, options }) => {
    const { limit, open, since } = options;
    if (limit < 1) throw new UsageFailure(`--limit is ${limit}`, 'Write how many: 1 or more.');
    const wanted = {
      open: open ? 'true' : undefined,
      cluster: options.cluster || undefined,
      server: options.server || undefined,
      status: options.status || undefined,
      since: since === '' ? undefined : readSince(since, Date.now()),
      workflow: options.workflow || undefined,
    };
    return listOperations(api, wanted, limit);
  },
  show: (operations, { options, terminal }) =>
    showList(operations, operationColumns, options.format, terminalWidth(terminal)),
});

function readSince(typed: string, now: number): string {
  if (/^\d{4}-\d\d-\d\d/.test(typed) && !Number.isNaN(Date.parse(typed))) return new Date(typed).toISOString();
  return readAgo('--since', typed, now);
}

function countSteps({ metadata: { steps } }: Operation): string {
  return `${steps.filter((step) => step.state === 'succeeded' || step.state === 'skipped').length} of ${steps.length}`;
}
