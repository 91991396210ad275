import type { Api } from '../../../api.ts';
import { isInteractive, type Terminal } from '../../../call.ts';
import { CliFailure, LeftRunning } from '../../../failures/failure.ts';
import { askLine } from '../../../prompt.ts';

type Asking = { api: Api; terminal: Terminal; server: string };

/** Asks before something is lost, of a server that there is. Where nobody can answer, only --force goes on. */
export async function confirm({ api, terminal, server }: Asking, question: string): Promise<void> {
  await api.ask('server_show', { params: { name: server } });
  if (!isInteractive(terminal)) {
    throw new CliFailure({
      what: `not confirmed, nothing was done: ${question.replace(/\?$/, '')}`,
      why: 'Something is lost or interrupted, and nobody can answer here.',
      fix: 'Run it in a terminal, or with --force if it is meant.',
      code: 'not_confirmed',
    });
  }
  const answer = await askLine(terminal, `${question} [y/N] `);
  if (answer === undefined || !/^y/i.test(answer)) throw new LeftRunning('Nothing was done.');
}
