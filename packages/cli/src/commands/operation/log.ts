import type { OperationJournalLine } from '@operations-center/contract';
import type { Api } from '../../api.ts';
import type { Terminal } from '../../call.ts';
import { defineCommand } from '../../command.ts';
import { flag, required } from '../../options.ts';
import { showFormat, showObject } from '../../output/list.ts';
import { printableLine } from '../../output/printable.ts';
import { makeNextLook } from '../../progress/next-look.ts';
import { isResting } from '../../progress/step-words.ts';
import { requireExtension } from '../../require-extension.ts';
import { findOperation } from './list-operations.ts';

const piece = 1_000;

export const operationLog = defineCommand({
  path: ['operation', 'log'],
  about: 'Print the journal of an operation: what happened to each step, in order',
  examples: ['operations-center operation log 3f9c1e', 'operations-center operation log 3f9c1e --follow'],
  args: { id: required('Its id; the first characters are enough', { names: 'operations' }) },
  options: { follow: flag('Go on until it is over or needs a person'), format: showFormat },
  run: async ({ api, args, options, terminal }) => {
    await requireExtension(api, 'operation_journal', 'the journal of operations');
    const { id } = await findOperation(api, args.id);
    if (!options.follow) return readOn(api, id, 0);
    await printUntilRest(api, id, terminal);
    return [];
  },
  show: (lines, { options }) => {
    if (options.follow) return '';
    return showObject(lines, options.format, () => lines.map(logLine).join(''));
  },
});

async function printUntilRest(api: Api, id: string, { stdout }: Terminal): Promise<void> {
  const next = makeNextLook(api, id);
  let last = 0;
  try {
    for (;;) {
      // Asked before the journal is read: what is at rest by then has written all it had.
      const isLast = isResting(await api.ask('operation_show', { params: { id } }));
      const lines = await readOn(api, id, last);
      stdout.write(lines.map(logLine).join(''));
      last = lines.at(-1)?.seq ?? last;
      if (isLast) return;
      await next.due();
    }
  } finally {
    next.stop();
  }
}

/** Everything after an entry. */
async function readOn(api: Api, id: string, after: number): Promise<OperationJournalLine[]> {
  const lines: OperationJournalLine[] = [];
  for (;;) {
    const query = { after: String(lines.at(-1)?.seq ?? after), limit: String(piece) };
    const more = await api.ask('operation_journal', { params: { id }, query });
    lines.push(...more);
    if (more.length < piece) return lines;
  }
}

/** `2026-11-22T21:00:03Z join-member/server3 failed, try 2: connection refused (join_failed)` */
export function logLine({ at, step, event, attempt, text }: OperationJournalLine): string {
  const tries = attempt > 1 ? `, try ${attempt}` : '';
  const line = `${at.slice(0, 19)}Z ${step} ${event.replaceAll('_', ' ')}${tries}${text === '' ? '' : `: ${text}`}`;
  return `${printableLine(line)}\n`;
}
