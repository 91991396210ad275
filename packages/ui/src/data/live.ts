import type { Event } from '@operations-center/contract';
import { ask, Refusal } from './api.ts';

export type LiveState = { state: 'connecting' | 'live' | 'lost' | 'signed-out'; since: number };

const types = 'lifecycle,operation,inventory';
const retryMs = { first: 500, most: 10_000 };

/**
 * The events of the daemon, one connection for all pages. Where the stream stands is asked before anything else, so that
 * what is read from then on misses nothing (`begun`). It goes on behind the last event it heard. Returns how to end it.
 */
export function followEvents(on: {
  begun(): void;
  event(event: Event): void;
  state(state: LiveState): void;
}): () => void {
  let cursor: string | undefined;
  let waitMs = retryMs.first;
  let socket: WebSocket | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const over = new AbortController();

  const tell = (state: LiveState['state']): void => on.state({ state, since: Date.now() });

  async function open(): Promise<void> {
    try {
      // Asked each time: a socket that is refused does not say why.
      const place = await ask('events_list', { query: { limit: '0', type: types }, signal: over.signal });
      cursor ??= place.cursor;
    } catch (error) {
      if (over.signal.aborted) return;
      on.begun();
      return later(error instanceof Refusal && (error.status === 401 || error.status === 403) ? 'signed-out' : 'lost');
    }
    on.begun();
    socket = new WebSocket(`/1.0/events?${new URLSearchParams({ cursor, type: types }).toString()}`);
    socket.addEventListener('open', () => {
      waitMs = retryMs.first;
      tell('live');
    });
    socket.addEventListener('message', ({ data }) => {
      const event = JSON.parse(String(data)) as Event; // the daemon's own messages, as the contract has them
      cursor = event.cursor;
      on.event(event);
    });
    socket.addEventListener('close', () => {
      if (!over.signal.aborted) later('lost');
    });
  }

  function later(state: LiveState['state']): void {
    tell(state);
    timer = setTimeout(() => void open(), waitMs);
    waitMs = Math.min(2 * waitMs, retryMs.most);
  }

  tell('connecting');
  void open();
  return () => {
    over.abort();
    clearTimeout(timer);
    socket?.close();
  };
}
