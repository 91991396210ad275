import { isInteractive, type Terminal } from '../../../call.ts';
import { LeftRunning } from '../../../failures/failure.ts';
import { askLine } from '../../../prompt.ts';

/** Where nobody can answer, OC's commands do what they say. */
export async function confirm(terminal: Terminal, question: string): Promise<void> {
  if (!isInteractive(terminal)) return;
  const answer = await askLine(terminal, `${question} [y/N] `);
  if (answer === undefined || !/^y/i.test(answer)) throw new LeftRunning('Nothing was done.');
}
