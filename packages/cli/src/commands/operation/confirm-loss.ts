import { isInteractive, type Terminal } from '../../call.ts';
import { CliFailure, LeftRunning } from '../../failures/failure.ts';
import { askLine } from '../../prompt.ts';

/** `loss` says what is given up; the question follows it, or is refused with it. */
type Asking = { loss: string; question: string; isSure: boolean };

/** OC has no such command, and it gives something up: where nobody can answer it must be meant. */
export async function confirmLoss(terminal: Terminal, { loss, question, isSure }: Asking): Promise<void> {
  if (isSure) return;
  if (!isInteractive(terminal)) {
    throw new CliFailure({
      what: `not confirmed, nothing was done: ${loss}`,
      why: 'Nobody can answer here.',
      fix: 'Run it in a terminal, or with --yes if it is meant.',
      code: 'not_confirmed',
    });
  }
  const answer = await askLine(terminal, `${question} [y/N] `);
  if (answer === undefined || !/^y(es)?$/i.test(answer.trim())) throw new LeftRunning('Nothing was done.');
}
