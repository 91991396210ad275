import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocketServer } from 'ws';

export type Received = { method: string; path: string; headers: IncomingMessage['headers']; body: string };
export type ReplayAnswer = { status: number; body: unknown; headers?: Record<string, string> };
/** `undefined`: no answer comes. */
export type Replay = (request: Received) => ReplayAnswer | undefined;

export type ReplayDaemon = AsyncDisposable & {
  folder: string;
  received: Received[];
  restart: () => Promise<void>;
  stop: () => Promise<void>;
  /** Sends it to everyone who follows the events; only with `hasEvents`. */
  tell: (event: unknown) => void;
  /** Resolves when nobody follows the events any more. */
  unfollowed: () => Promise<void>;
};

/** A real HTTP server on a real unix socket that says what it is told to say: transports are part of every test. */
export async function startReplayDaemon(replay: Replay, hasEvents = false): Promise<ReplayDaemon> {
  const folder = mkdtempSync(join(tmpdir(), 'oc-cli-'));
  const received: Received[] = [];
  const streams = new WebSocketServer({ noServer: true });
  const makeServer = (): Server => {
    const made = makeAnswering();
    // Without this, a request for a stream is answered as any other.
    if (hasEvents)
      made.on('upgrade', (request, socket, head) =>
        streams.handleUpgrade(request, socket, head, (client) => streams.emit('connection', client, request)),
      );
    return made;
  };
  const makeAnswering = () =>
    createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { method = '', url = '' } = request;
        const one = { method, path: url, headers: request.headers, body: Buffer.concat(chunks).toString() };
        received.push(one);
        const answer = replay(one);
        if (answer === undefined) return;
        response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers });
        response.end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body));
      });
    });
  let server = makeServer();
  const listen = () => new Promise<void>((resolve) => server.listen(join(folder, 'unix.socket'), resolve));
  const stop = () => new Promise<void>((resolve) => server.close(() => resolve()));
  await listen();
  return {
    folder,
    received,
    stop,
    tell: (event) => {
      for (const client of streams.clients) client.send(JSON.stringify(event));
    },
    unfollowed: async () => {
      const open = [...streams.clients];
      await Promise.all(open.map((client) => new Promise((resolve) => client.once('close', resolve))));
    },
    restart: async () => {
      server = makeServer();
      await listen();
    },
    [Symbol.asyncDispose]: async () => {
      for (const client of streams.clients) client.terminate();
      if (server.listening) await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export const sync = (metadata: unknown, headers?: Record<string, string>): ReplayAnswer => ({
  status: 200,
  body: { type: 'sync', status: 'Success', status_code: 200, operation: '', error_code: 0, error: '', metadata },
  ...(headers === undefined ? {} : { headers }),
});

export const refusal = (status: number, error: string, more: Record<string, unknown> = {}): ReplayAnswer => ({
  status,
  body: {
    type: 'error',
    status: '',
    status_code: 0,
    operation: '',
    error_code: status,
    error,
    metadata: null,
    ...more,
  },
});
