import type { Operation } from '@operations-center/contract';
import type { Api } from '../api.ts';
import type { Terminal } from '../call.ts';
import { CliFailure, renderFailure } from '../failures/failure.ts';
import { askLine } from '../prompt.ts';

type Asking = { api: Api; id: string; terminal: Terminal; operation: Operation | undefined };

/** What may be chosen by a letter, where the operation offers it. */
const letters = { c: 'cancel', e: 'leave', f: 'finish', r: 'retry', s: 'skip', u: 'undo' } as const;
/** Beside "leave it running", leaving it as it stands needs other words. */
const named: Partial<Record<Choice['exit'], string>> = { cancel: 'cancel it', leave: 'end it here (leave)' };
type Choice = { letter: string; exit: (typeof letters)[keyof typeof letters]; does: string };

/** After Ctrl-C: a letter and Enter decide; a second Ctrl-C, or a terminal that goes away, leaves it running. */
export async function askWayOut({ api, id, terminal, operation }: Asking): Promise<'leave' | 'back'> {
  const choices = choicesOf(operation);
  const lines = [
    'It goes on while you think.',
    `  l  leave it running   (again later: operations-center operation watch ${id.slice(0, 6)})`,
    ...choices.map(({ letter, exit, does }) => `  ${letter}  ${named[exit] ?? exit}: ${does}`),
    '  g  go back',
  ];
  terminal.stderr.write(`${lines.join('\n')}\n`);
  const question = `Which? [${['l', ...choices.map(({ letter }) => letter), 'G'].join('/')}] `;
  for (;;) {
    const answer = (await askLine(terminal, question))?.trim().toLowerCase();
    if (answer === undefined || answer.startsWith('l')) return 'leave';
    if (answer === '' || answer.startsWith('g')) return 'back';
    const chosen = choices.find(({ letter }) => answer.startsWith(letter));
    if (chosen === undefined) continue;
    try {
      await api.ask(`operation_${chosen.exit}`, { params: { id } });
    } catch (error) {
      if (!(error instanceof CliFailure)) throw error;
      terminal.stderr.write(renderFailure(error.parts));
    }
    return 'back';
  }
}

const choicesOf = (operation: Operation | undefined): Choice[] =>
  Object.entries(letters).flatMap(([letter, exit]) => {
    const way = operation?.metadata.ways_out.find((one) => one.exit === exit);
    return way === undefined ? [] : [{ letter, exit, does: way.does }];
  });
