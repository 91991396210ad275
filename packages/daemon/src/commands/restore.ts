import { parseArgs } from 'node:util';
import { loadDaemonConfiguration } from '../platform/daemon-configuration.ts';
import { findStateDirectory } from '../platform/state-directory.ts';
import { describeFiles } from './describe-files.ts';
import { oneFile } from './one-file.ts';
import { missingKeys, restoreState } from './restore-state.ts';

export async function restore(words: string[]): Promise<number> {
  const { positionals } = parseArgs({ args: words, options: {}, allowPositionals: true });
  const file = oneFile('restore', positionals);
  const state = findStateDirectory(process.env, process.getuid?.() === 0);
  const manifest = await restoreState(file, state, Date.now()).catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`${file} was not restored, nothing was changed: ${reason}`, { cause });
  });
  const missing = missingKeys(manifest);
  const keyPlace = loadDaemonConfiguration({}, state).sealing_key?.file;
  process.stdout.write(
    `Restored into ${state.path} what was backed up at ${manifest.made_at}:\n${describeFiles(manifest)}` +
      (missing.length === 0 ? '' : `Put beside it, before the daemon starts: ${missing.join(', ')}.\n`) +
      (keyPlace === undefined
        ? ''
        : `daemon.yml says that the sealing key is ${keyPlace}: put ${state.sealingKey} there.\n`) +
      'The daemon will be held: it polls and changes nothing, until: operations-center admin go\n' +
      'Before that, see that the daemon which was backed up does not run any more.\n',
  );
  return 0;
}
