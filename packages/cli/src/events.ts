import { setTimeout as sleep } from 'node:timers/promises';
import type { Event } from '@operations-center/contract';
import type { Api } from './api.ts';
import { CliFailure } from './failures/failure.ts';
import { requireExtension } from './require-extension.ts';
import type { MessageStream } from './transport/websocket.ts';

export type EventKind = 'lifecycle' | 'operation' | 'inventory';

export type EventsWish = {
  /** Without it, the usual ones: all but the inventory's. */
  types?: readonly EventKind[];
  /** Behind which event to begin; without it, now. */
  cursor?: string;
  signal: AbortSignal;
  /** The stream is open: from now on nothing is missed. Again after each lost connection. */
  onOpen?: () => void;
  /** The connection was lost, and is being made again. */
  onAway?: (since: number) => void;
};

/** How long a daemon may be away before we stop waiting for it. */
const patienceMs = 60_000;
const retryMs = { first: 100, most: 2_000 };
const notTrusted = 1008;

/**
 * The events, one after the other, each once, also across lost connections and restarts of the daemon: it goes on behind
 * the last one it gave. An event of type `lost` says that some are gone for good. Ends when the signal aborts.
 */
export async function* followEvents(api: Api, wish: EventsWish): AsyncGenerator<Event> {
  await requireExtension(api, 'events', 'events');
  const begin = { limit: '0', type: wish.types?.join(',') };
  let cursor = wish.cursor ?? (await api.ask('events_list', { query: begin, signal: wish.signal })).cursor;
  let awaySince: number | undefined;
  let waitMs = retryMs.first;
  while (!wish.signal.aborted) {
    try {
      const stream = await openStream(api, wish, cursor);
      const openedAt = performance.now();
      wish.onOpen?.();
      for await (const text of stream) {
        const event = JSON.parse(text) as Event; // the daemon's own messages, as the contract has them
        yield event;
        cursor = event.cursor;
        awaySince = undefined;
        waitMs = retryMs.first;
      }
      await requireReturn(stream);
      // One that is opened and ended at once, again and again, is no better than none.
      awaySince = performance.now() - openedAt > retryMs.most ? undefined : (awaySince ?? openedAt);
      if (awaySince !== undefined && performance.now() - awaySince > patienceMs) throw endedAtOnce();
    } catch (error) {
      if (wish.signal.aborted) return;
      awaySince ??= performance.now();
      if (error instanceof CliFailure || performance.now() - awaySince > patienceMs) throw await api.explain(error);
      wish.onAway?.(awaySince);
    }
    await sleep(waitMs, undefined, { signal: wish.signal }).catch(() => undefined);
    waitMs = Math.min(waitMs * 2, retryMs.most);
  }
}

async function openStream(api: Api, { types, signal }: EventsWish, cursor: string): Promise<MessageStream> {
  const query = new URLSearchParams({ cursor, ...(types === undefined ? {} : { type: types.join(',') }) });
  return api.stream(`/1.0/events?${query.toString()}`, signal);
}

const endedAtOnce = (): CliFailure =>
  new CliFailure({
    what: 'the daemon ends the stream of events each time it is opened',
    why: `It did so for ${patienceMs / 1000} s.`,
    fix: 'Look at the log of the daemon.',
    code: 'stream_ended',
  });

/** The daemon ended the stream: is there a point in coming back? */
async function requireReturn(stream: MessageStream): Promise<void> {
  const { code, reason } = await stream.end;
  if (code !== notTrusted) return;
  throw new CliFailure({
    what: 'the daemon ended the stream of events',
    why: `It says: ${reason}.`,
    fix: 'Ask an administrator to trust your certificate: operations-center remote list.',
    code: 'not_authenticated',
  });
}
