import { createGzip } from 'node:zlib';
import { pack } from 'tar-stream';
import type { OsState } from './incus-os.ts';

/** A gzip tar with the OS' state, as text: what `:backup` of the system gives. */
export async function systemBackup(state: OsState): Promise<Buffer> {
  const tar = pack();
  tar.entry(
    { name: 'state.txt', mode: 0o600 },
    JSON.stringify({
      ...state,
      applications: [...state.applications],
      services: [...state.services],
      network: state.network.config,
      seeds: [...state.seeds],
    }),
  );
  tar.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of tar.pipe(createGzip())) chunks.push(chunk);
  return Buffer.concat(chunks);
}
