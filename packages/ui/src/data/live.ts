import type { Event } from '@operations-center/contract';

export type LiveState = { state: 'connecting' | 'live'; since: number } | { state: 'lost'; since: number };

const retryMs = { first: 500, most: 10_000 };

/**
 * The events of the daemon, one connection for all of the page. It goes on behind the last event it heard; what is
 * `lost` makes everything be read anew. Returns how to end it.
 */
export function followEvents(on: { event(event: Event): void; state(state: LiveState): void }): () => void {
  let cursor: string | undefined;
  let waitMs = retryMs.first;
  let socket: WebSocket | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isOver = false;

  function open(): void {
    const query = new URLSearchParams(cursor === undefined ? {} : { cursor });
    socket = new WebSocket(`/1.0/events?${query.toString()}`);
    socket.addEventListener('open', () => {
      waitMs = retryMs.first;
      on.state({ state: 'live', since: Date.now() });
    });
    socket.addEventListener('message', ({ data }) => {
      const event = JSON.parse(String(data)) as Event; // the daemon's own messages, as the contract has them
      cursor = event.cursor;
      on.event(event);
    });
    socket.addEventListener('close', () => {
      if (isOver) return;
      on.state({ state: 'lost', since: Date.now() });
      timer = setTimeout(open, waitMs);
      waitMs = Math.min(2 * waitMs, retryMs.most);
    });
  }

  on.state({ state: 'connecting', since: Date.now() });
  open();
  return () => {
    isOver = true;
    clearTimeout(timer);
    socket?.close();
  };
}
