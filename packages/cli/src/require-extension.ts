import type { Api } from './api.ts';
import { CliFailure } from './failures/failure.ts';

/** What a daemon does not announce is never sent: OC would take an unknown action for something else (design §3). */
export async function requireExtension(api: Api, extension: string, what: string): Promise<void> {
  if (await api.announces(extension)) return;
  throw new CliFailure({
    what: `the daemon does not know ${what}`,
    why: `It does not announce the API extension "${extension}"; nothing was sent.`,
    fix: 'Ask a newer daemon: operations-center remote list.',
    code: 'extension_missing',
  });
}
