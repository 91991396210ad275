import { readFileSync } from 'node:fs';
import { type RouteSpec, routes, type Transport } from '@operations-center/contract';
import { Agent, request } from 'undici';
import type { Daemon } from '../lib/daemon.ts';
import { type Bindings, type Difference, findDifferences, resolve } from './compare.ts';

type Exchange = {
  id: string;
  route: string;
  transport: 'unix' | 'https';
  client_certificate?: string;
  method: string;
  path: string;
  request_headers: Record<string, string>;
  request_body?: unknown;
  status: number;
  response_headers: Record<string, string>;
  response_body?: unknown;
};

export type Identity = { certificate: string; key: string };
type Answer = Awaited<ReturnType<Transport>>;

/** Sends what was recorded and keeps where the answers differ. */
export type Replay = {
  differences: Difference[];
  bindings: Bindings;
  /** `instead`: what is sent where the recorded request cannot be made here; it counts as a difference. */
  send(id: string, instead?: { path?: string; body?: unknown }): Promise<Answer>;
  sendAll(...ids: string[]): Promise<void>;
  /** Routes of ours that OC has as well and that no exchange here is about: its recording is to be added. */
  unrecorded(): string[];
  /** Names of the exchanges that were not sent. */
  unsent(): string[];
};

const compared = ['content-type', 'location', 'etag', 'allow', 'content-disposition'] as const;

/** `network` stands where the recordings have 127.77.0; `identities` are the certificates of servers, by name. */
export function makeReplay(options: {
  daemon: Daemon;
  network: string;
  listen: string;
  identities(name: string): Promise<Identity>;
}): Replay {
  const exchanges = readExchanges(options.network);
  const bindings: Bindings = new Map([['LISTEN', options.listen]]);
  const differences: Difference[] = [];
  const sent = new Set<string>();

  const send: Replay['send'] = async (id, instead = {}) => {
    const exchange = exchanges.get(id);
    if (exchange === undefined) throw new Error(`nothing is recorded as ${id}`);
    sent.add(id);
    const note = (at: string, ours: unknown, theirs: unknown) =>
      differences.push({ exchange: id, at, kind: 'request', ours, theirs });
    if (instead.path !== undefined) note('request.path', instead.path, exchange.path);
    if (instead.body !== undefined) note('request.body', instead.body, exchange.request_body);
    const body = instead.body ?? exchange.request_body;
    const path = instead.path ?? exchange.path;
    const question = {
      method: exchange.method,
      path: mustResolve(path, bindings),
      headers: mapValues(exchange.request_headers, (value) => mustResolve(value, bindings)),
      body: body === undefined ? undefined : mustResolve(JSON.stringify(body), bindings),
      signal: AbortSignal.timeout(120_000),
    };
    const answer =
      exchange.transport === 'unix'
        ? await options.daemon.send(question)
        : await sendAs(options.daemon.url, await options.identities(exchange.client_certificate ?? ''), question);
    const found = findDifferences(shownAnswer(answer), recordedAnswer(exchange), bindings);
    differences.push(...found.map((difference) => ({ exchange: id, ...difference })));
    return answer;
  };
  return {
    differences,
    bindings,
    send,
    async sendAll(...ids) {
      for (const id of ids) await send(id);
    },
    unrecorded: () => {
      const shape = (route: string): string => route.replace(/\?.*/, '').replaceAll(/\{\w+\}/g, '{}');
      const recorded = new Set([...exchanges.values()].map(({ route }) => shape(route)));
      const shared = Object.values<RouteSpec>(routes).filter(({ extension }) => extension === undefined);
      return shared.map(({ method, path }) => `${method} ${path}`).filter((route) => !recorded.has(shape(route)));
    },
    unsent: () => [...exchanges.keys()].filter((id) => !sent.has(id)),
  };
}

function readExchanges(network: string): Map<string, Exchange> {
  const text = readFileSync(new URL('exchanges.jsonl', import.meta.url), 'utf8').replaceAll('127.77.0.', `${network}.`);
  const lines = text.trim().split('\n');
  // The file is ours; one exchange a line.
  return new Map(lines.map((line) => JSON.parse(line) as Exchange).map((exchange) => [exchange.id, exchange]));
}

const recordedAnswer = ({ status, response_headers, response_body }: Exchange): unknown => ({
  http_status: status,
  headers: response_headers,
  ...(typeof response_body === 'string' ? { file: response_body } : Object(response_body)),
});

function shownAnswer({ status, headers, text }: Answer): unknown {
  const shown = Object.fromEntries(
    compared.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]]])),
  );
  const isJson = headers['content-type'] === 'application/json';
  return { http_status: status, headers: shown, ...(isJson ? Object(JSON.parse(text)) : { file: text }) };
}

const mapValues = (values: Record<string, string>, change: (value: string) => string): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value)]));

function mustResolve(text: string, bindings: Bindings): string {
  const resolved = resolve(text, bindings);
  if (resolved === undefined) throw new Error(`nothing stands for a placeholder of ${text}`);
  return resolved;
}

/** Over HTTPS, as the server with this certificate. Whom it talks to is known: the daemon of this test. */
export async function sendAs(url: string, identity: Identity, question: Parameters<Transport>[0]): Promise<Answer> {
  const agent = new Agent({ connect: { cert: identity.certificate, key: identity.key, rejectUnauthorized: false } });
  try {
    const { method, path, headers, body = null, signal = null } = question;
    const reply = await request(`${url}${path}`, { dispatcher: agent, method, headers, body, signal });
    const flat = mapValues(reply.headers as Record<string, string>, String); // none of ours is sent twice
    return { status: reply.statusCode, headers: flat, text: await reply.body.text() };
  } finally {
    await agent.close();
  }
}
