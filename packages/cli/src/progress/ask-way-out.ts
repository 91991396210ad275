import type { Api } from '../api.ts';
import type { Terminal } from '../call.ts';
import { CliFailure, renderFailure } from '../failures/failure.ts';
import { askLine } from '../prompt.ts';

/** After Ctrl-C: a letter and Enter decide; a second Ctrl-C leaves it running. */
export async function askWayOut(parts: { api: Api; id: string; terminal: Terminal }): Promise<'leave' | 'back'> {
  const { api, id, terminal } = parts;
  terminal.stderr.write(
    'It goes on while you think.\n  l  leave it running\n  c  cancel it: what was done is taken back\n  g  go back\n',
  );
  for (;;) {
    const answer = await askLine(terminal, 'Which? [l/c/G] ');
    if (answer === undefined || /^l/i.test(answer)) return 'leave';
    if (answer.trim() === '' || /^g/i.test(answer)) return 'back';
    if (!/^c/i.test(answer)) continue;
    try {
      await api.ask('operation_cancel', { params: { id } });
    } catch (error) {
      if (!(error instanceof CliFailure)) throw error;
      terminal.stderr.write(renderFailure(error.parts));
    }
    return 'back';
  }
}
