import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Client, makeClient, type Transport } from '@operations-center/contract';
import { Client as SocketClient } from 'undici';
import { type Ran, type Running, runProgram, startProgram } from './programs.ts';

/** A daemon on a state directory of its own; it can be killed and started again on the same state. */
export type Daemon = {
  directory: string;
  log: string;
  url: string;
  certificate: string;
  client: Client;
  /** One raw request over the unix socket. */
  send: Transport;
  cli(...args: string[]): Promise<Ran>;
  /** The same, to be ended by the test. */
  startCli(...args: string[]): Running;
  /** SIGKILL, at once. */
  kill(): Promise<void>;
  /** Starts it again on the same state, perhaps with other environment. */
  restart(environment?: NodeJS.ProcessEnv): Promise<void>;
  /** Resolves when the process has ended by itself. */
  ended(): Promise<number | null>;
  /** The most memory it has had since this was asked last, in MiB. */
  peakMb(): number;
  /** SIGSTOP, SIGCONT. */
  signal(signal: NodeJS.Signals): void;
  stop(): Promise<void>;
};

export async function startDaemon(options: {
  directory: string;
  /** `127.90.0.1:7443` */
  listen: string;
  /** Nobody says `--listen`: the address is set over the API, as an administrator does. */
  listenLater?: true;
  environment?: NodeJS.ProcessEnv;
  /** `--log-level DEBUG` */
  arguments?: readonly string[];
}): Promise<Daemon> {
  const { directory, listen } = options;
  const listening = options.listenLater === true ? [] : ['--listen', listen];
  mkdirSync(directory, { recursive: true });
  const log = join(directory, '..', `${directory.split('/').at(-1)}.log`);
  const environment = (extra: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => ({
    ...process.env,
    OPERATIONS_CENTER_DIR: directory,
    OPERATIONS_CENTER_CONF: join(directory, 'cli'),
    NO_COLOR: '1',
    ...options.environment,
    ...extra,
  });
  const socket = join(directory, 'unix.socket');
  const send = socketTransport(socket);
  let running: Running | undefined;
  const start = async (extra?: NodeJS.ProcessEnv): Promise<void> => {
    running = startProgram('operations-centerd', [...listening, ...(options.arguments ?? [])], {
      env: environment(extra),
      log,
    });
    await ready(send, running, log);
  };
  await start();
  return {
    directory,
    log,
    url: `https://${listen}`,
    certificate: join(directory, 'server.crt'),
    client: makeClient(send),
    send,
    cli: (...args) => runProgram('operations-center', args, { env: environment() }),
    startCli: (...args) => startProgram('operations-center', args, { env: environment(), log }),
    async kill() {
      await running?.stop('SIGKILL');
    },
    restart: start,
    ended: () => running?.ended ?? Promise.resolve(null),
    peakMb() {
      const place = `/proc/${running?.process.pid}`;
      const [, kilobytes] = /VmHWM:\s+(\d+)/.exec(readFileSync(`${place}/status`, 'utf8')) ?? [];
      writeFileSync(`${place}/clear_refs`, '5');
      return Math.round(Number(kilobytes) / 1024);
    },
    signal: (signal) => void running?.process.kill(signal),
    async stop() {
      await running?.stop();
    },
  };
}

/** Ready = `GET /1.0` answers on the socket. */
async function ready(send: Transport, running: Running, log: string): Promise<void> {
  let ended = false;
  void running.ended.then(() => {
    ended = true;
  });
  const giveUpAt = performance.now() + 30_000;
  while (performance.now() < giveUpAt) {
    if (ended) throw new Error(`the daemon ended while starting; its log is ${log}`);
    const reply = await send({ method: 'GET', path: '/1.0', headers: {}, body: undefined, signal: undefined }).catch(
      () => undefined,
    );
    if (reply?.status === 200) return;
    await pause(20);
  }
  throw new Error(`the daemon was not ready within 30 s; its log is ${log}`);
}

function socketTransport(socketPath: string): Transport {
  return async ({ method, path, headers, body, signal }) => {
    // One connection a request: the daemon may be another process by the next one.
    const client = new SocketClient('http://unix.socket', {
      socketPath,
      headersTimeout: 600_000,
      bodyTimeout: 600_000,
    });
    try {
      const reply = await client.request({
        method,
        path,
        headers,
        body: body ?? null,
        signal: signal ?? null,
      });
      const text = await reply.body.text();
      const flat = Object.fromEntries(
        Object.entries(reply.headers).map(([name, value]) => [name, Array.isArray(value) ? value[0] : value]),
      );
      return { status: reply.statusCode, headers: flat, text };
    } finally {
      await client.destroy();
    }
  };
}
