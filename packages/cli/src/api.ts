import type { Socket } from 'node:net';
import type { CallOptions, CallResult, Client, RouteAnswer, routes } from '@operations-center/contract';
import { explainConnection } from './failures/connection.ts';
import { explainBroken, explainFault } from './failures/fault.ts';
import type { Exchange, Reply } from './transport/exchange.ts';
import type { MessageStream } from './transport/websocket.ts';

type Routes = typeof routes;

/** What commands ask of a daemon. Every refusal and every broken connection comes out as a CliFailure. */
export type Api = {
  /** Calls a route of the contract and returns its metadata. */
  ask: <Name extends keyof Routes>(
    name: Name,
    options?: CallOptions<Routes[Name]>,
  ) => Promise<RouteAnswer<Routes[Name]>>;
  /** The same with everything around the metadata; refusals are returned, broken connections thrown as they come. */
  call: Client;
  /** The metadata of such a result, or its refusal thrown. */
  unwrap: typeof unwrap;
  /** Why a request brought no answer, for a person. */
  explain: (error: unknown) => Promise<Error>;
  /** Does the daemon announce this extension? Asked once. */
  announces: (extension: string) => Promise<boolean>;
  /** Opens a websocket. A refusal is a CliFailure; a connection that breaks or is not there is thrown as it comes. */
  stream: (path: string, signal: AbortSignal) => Promise<MessageStream>;
  /** Sends anything, as it is. */
  send: (exchange: Omit<Exchange, 'signal'> & { signal?: AbortSignal }) => Promise<Reply>;
};

/** `about` is the daemon as a person calls it: a remote's name, or the socket's path. */
export type Connection = {
  about: string;
  send: (exchange: Exchange) => Promise<Reply>;
  /** A connection to the daemon, checked as for every request, with nothing sent over it. */
  connect: () => Promise<Socket>;
  explain: (error: unknown) => Error;
};

/** `connect` runs when a command first needs the daemon: `remote list` and help never do. */
export function makeApi(connect: () => Promise<Connection>, log?: (text: string) => void): Api {
  let opened: Promise<Connection> | undefined;
  let extensions: Promise<readonly string[]> | undefined;
  const connection = () => (opened ??= connect());
  const send = async (exchange: Exchange): Promise<Reply> => {
    const { send: carry } = await connection();
    const began = performance.now();
    const reply = await carry(exchange);
    log?.(`${exchange.method} ${exchange.path} → ${reply.status}, ${Math.round(performance.now() - began)} ms`);
    return reply;
  };
  let client: Promise<Client> | undefined;
  const clientOf = () =>
    (client ??= import('@operations-center/contract').then(({ makeClient }) => makeClient((request) => send(request))));
  const call: Client = async (name, options) => (await clientOf())(name, options);
  const ask: Api['ask'] = async (name, options) => {
    const result = await call(name, options).catch(fail);
    return unwrap(result);
  };
  const explain = async (error: unknown): Promise<Error> => {
    const { about, explain: own } = await connection();
    return explainConnection(own(error), about);
  };
  const fail = async (error: unknown): Promise<never> => {
    throw await explain(error);
  };
  return {
    ask,
    call,
    unwrap,
    explain,
    announces: async (extension) => {
      extensions ??= ask('api_show').then((shown) => shown.api_extensions ?? []);
      return (await extensions).includes(extension);
    },
    stream: async (path, signal) => {
      const { connect: open } = await connection();
      const { openWebSocket, StreamRefused } = await import('./transport/websocket.ts');
      return openWebSocket(await open(), path, signal).catch(async (error: unknown) => {
        throw error instanceof StreamRefused ? await explainRefused(error.reply) : error;
      });
    },
    send: (exchange) => send({ signal: undefined, ...exchange }).catch(fail),
  };
}

async function explainRefused(reply: Reply): Promise<Error> {
  const { readReply } = await import('@operations-center/contract');
  const refused = readReply(reply);
  // A daemon that stops, or serves as many as it can, says so with 503: one comes back to it.
  if (refused.kind === 'fault' && refused.status === 503) return new Error(refused.message);
  return refused.kind === 'fault' ? explainFault(refused) : explainBroken({ ...reply, kind: 'broken' });
}

/** The metadata of a success; anything else as a failure in our voice. */
export function unwrap<Answer>(result: CallResult<Answer>): Answer {
  if (result.kind === 'ok') return result.metadata;
  throw result.kind === 'fault' ? explainFault(result) : explainBroken(result);
}
