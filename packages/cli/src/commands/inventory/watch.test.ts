import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import type { InventoryItem } from '@operations-center/contract';
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

const wishOf = (list: () => Promise<readonly InventoryItem[]>) =>
  ({ kind: 'profile', list, columns: [], format: { kind: 'json', header: true }, width: undefined }) as const;
function makeTerminal() {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  let interrupt = (): void => {};
  const onInterrupt = (interrupted: () => void) => ((interrupt = interrupted), () => undefined);
  return { env: {}, stdin, stdout, stderr, onInterrupt, interrupt: () => interrupt() };
}

test('a change that cannot be asked for ends the watching, and the stream with it', async () => {
  const { api, left } = oneChange();
  let lists = 0;
  const list = async () => {
    lists += 1;
    if (lists > 1) throw failure;
    return [];
  };
  await expect(watchList(api, makeTerminal(), wishOf(list))).rejects.toBe(failure);
  // Otherwise the process stands for ever: it ends only when nothing is open.
  await left;
});

test('a daemon that is away for a moment is asked again', async () => {
  const { api } = oneChange();
  const terminal = makeTerminal();
  const item = { uuid: 'u1', cluster: 'c1', name: 'web', object: {}, last_updated: '1' };
  let lists = 0;
  const list = async () => {
    lists += 1;
    if (lists === 2) throw new CliFailure({ what: 'no daemon', why: '', fix: '', code: 'socket_dead' });
    return lists === 1 ? [] : [item];
  };
  const watching = watchList(api, terminal, wishOf(list));
  const [line] = (await once(terminal.stdout, 'data')) as [Buffer];
  expect(JSON.parse(line.toString())).toEqual({ change: 'created', item });
  terminal.interrupt();
  await watching;
  expect(lists).toBe(3);
});
