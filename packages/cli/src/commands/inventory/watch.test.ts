import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import type { Api } from '../../api.ts';
import { CliFailure } from '../../failures/failure.ts';
import { watchList } from './watch.ts';

const failure = new CliFailure({ what: 'refused', why: '', fix: '', code: 'refused' });
const told = { type: 'inventory', cursor: '2', metadata: { kind: 'profile', uuid: 'u1' } };

/** A daemon that tells one change, and then nothing until it is left. */
function oneChange() {
  const left = Promise.withResolvers<void>();
  async function* messages(signal: AbortSignal) {
    yield JSON.stringify(told);
    signal.addEventListener('abort', () => left.resolve(), { once: true });
    if (signal.aborted) left.resolve();
    await left.promise;
  }
  const end = Promise.resolve({ code: 1000, reason: '' });
  const api: Pick<Api, 'ask' | 'announces' | 'stream' | 'explain'> = {
    announces: async () => true,
    // The only route that is asked is the list of events.
    ask: (async () => ({ cursor: '1' })) as unknown as Api['ask'],
    stream: async (_path, signal) => Object.assign(messages(signal), { end }),
    explain: async (error) => error as Error,
  };
  return { api: api as Api, left: left.promise }; // the parts that watching uses
}

test('a change that cannot be asked for ends the watching, and the stream with it', async () => {
  const { api, left } = oneChange();
  let lists = 0;
  const list = async () => {
    lists += 1;
    if (lists > 1) throw failure;
    return [];
  };
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const terminal = { env: {}, stdin, stdout, stderr, onInterrupt: () => () => undefined };
  const wish = {
    kind: 'profile',
    list,
    columns: [],
    format: { kind: 'json', header: true },
    width: undefined,
  } as const;
  await expect(watchList(api, terminal, wish)).rejects.toBe(failure);
  // Otherwise the process stands for ever: it ends only when nothing is open.
  await left;
});
