import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';

/** The websocket half of a test server: who listens, and what they are told. */
export type TestEvents = {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** What was asked for, in order: path and query. */
  asked: string[];
  listeners: Set<WebSocket>;
  tell(event: unknown): void;
};

export function makeTestEvents(options: { autoPong?: boolean } = {}): TestEvents {
  const server = new WebSocketServer({ noServer: true, ...options });
  const listeners = new Set<WebSocket>();
  const asked: string[] = [];
  return {
    asked,
    listeners,
    upgrade(request, socket, head) {
      asked.push(request.url ?? '');
      server.handleUpgrade(request, socket, head, (client) => {
        listeners.add(client);
        client.on('error', () => client.terminate());
        client.once('close', () => listeners.delete(client));
      });
    },
    tell(event) {
      for (const one of listeners) one.send(typeof event === 'string' ? event : JSON.stringify(event));
    },
  };
}
