import type { WebSocket } from 'ws';

/** Incus pings its listeners, and lets go of who has not answered a few of them. */
const PING_MS = 10_000;
const UNANSWERED_PINGS = 3;
/** What may wait for a slow reader. Real Incus waits five seconds for a write; here memory is what counts. */
const WAITING_BYTES = 8 * 1024 * 1024;

export type EventSocket = { send(text: string): void };

/** A listener's end of `/1.0/events`: bounded, and let go of when nobody is there any more. */
export function keepEventSocket(client: WebSocket, isCutOff: () => boolean, closed: () => void): EventSocket {
  let unanswered = 0;
  const beat = setInterval(() => {
    if (isCutOff()) return;
    unanswered += 1;
    if (unanswered > UNANSWERED_PINGS) client.terminate();
    else client.ping();
  }, PING_MS);
  // It must not keep the program alive by itself.
  beat.unref();
  client.on('pong', () => void (unanswered = 0));
  client.on('error', () => client.terminate());
  client.once('close', () => {
    clearInterval(beat);
    closed();
  });
  return {
    send(text) {
      if (client.bufferedAmount + text.length > WAITING_BYTES) client.terminate();
      else client.send(text);
    },
  };
}
