import type { Operation } from '@operations-center/contract';
import type { Api } from '../api.ts';
import type { Terminal } from '../call.ts';
import { CliFailure, renderFailure } from '../failures/failure.ts';
import { askLine } from '../prompt.ts';

type Asking = { api: Api; id: string; terminal: Terminal; operation: Operation | undefined };

/** After Ctrl-C: a letter and Enter decide; a second Ctrl-C, or a terminal that goes away, leaves it running. */
export async function askWayOut({ api, id, terminal, operation }: Asking): Promise<'leave' | 'back'> {
  const cancel = operation?.metadata.ways_out.find(({ exit }) => exit === 'cancel');
  const choices = [
    'It goes on while you think.',
    `  l  leave it running   (again later: operations-center operation watch ${id.slice(0, 6)})`,
    cancel === undefined ? undefined : `  c  cancel it: ${cancel.does}`,
    '  g  go back',
  ];
  terminal.stderr.write(`${choices.filter((line) => line !== undefined).join('\n')}\n`);
  for (;;) {
    const answer = await askLine(terminal, cancel === undefined ? 'Which? [l/G] ' : 'Which? [l/c/G] ');
    if (answer === undefined || /^l/i.test(answer)) return 'leave';
    if (answer.trim() === '' || /^g/i.test(answer)) return 'back';
    if (cancel === undefined || !/^c/i.test(answer)) continue;
    try {
      await api.ask('operation_cancel', { params: { id } });
    } catch (error) {
      if (!(error instanceof CliFailure)) throw error;
      terminal.stderr.write(renderFailure(error.parts));
    }
    return 'back';
  }
}
