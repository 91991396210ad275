import { X509Certificate } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { isIP } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import { gunzipSync } from 'node:zlib';
import type { Clock } from './clock.ts';

const TRIES = 5;
const BETWEEN_TRIES_MS = 1_000;
/** IncusOS itself waits for ever; a simulator must end. */
const DEADLINE_MS = 300_000;
const MAX_ANSWER = 64 * 2 ** 20;

export type ProviderTarget = {
  url: string;
  /** PEM: an additional root beside the system's. */
  pin: string | undefined;
  /** The primary application's own certificate; undefined before there is one. */
  client: { certificate: string; key: string } | undefined;
  /** The pin failed and the system's roots accepted the server: IncusOS then forgets the pin for good. */
  forgetPin(): void;
};

/** What Operations Center refused, or an answer that is none. */
export class ProviderError extends Error {}

/**
 * Asks Operations Center exactly as IncusOS' own client does: no content type, HTTP/1.1 without ALPN, SNI from the pin,
 * five tries on transport errors of which only the first one that connects has a body to send.
 */
export async function askProvider(
  target: ProviderTarget,
  ask: Ask,
  clock: Clock,
  signal: AbortSignal,
): Promise<unknown> {
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(new Error(`no answer within ${DEADLINE_MS} ms`)), DEADLINE_MS);
  const stop = () => deadline.abort(signal.reason);
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  try {
    return await tryRepeatedly(target, ask, clock, deadline.signal);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
}

async function tryRepeatedly(target: ProviderTarget, ask: Ask, clock: Clock, signal: AbortSignal): Promise<unknown> {
  const body = { text: ask.body === undefined ? undefined : JSON.stringify(ask.body), spent: false };
  for (let attempt = 1; ; attempt++) {
    try {
      return readAnswer(await send(target, ask, body, signal));
    } catch (error) {
      if (error instanceof ProviderError || attempt >= TRIES || signal.aborted) throw error;
      await clock.pause(BETWEEN_TRIES_MS, signal);
    }
  }
}

type Ask = { method: string; path: string; body?: unknown };
type Body = { text: string | undefined; spent: boolean };

async function send(target: ProviderTarget, ask: Ask, body: Body, signal: AbortSignal): Promise<string> {
  const url = new URL(`${target.url}${ask.path}`);
  // Go's transport finds the reader at its end and gives up before anything is sent.
  if (body.spent) throw new Error(`http: ContentLength=${body.text?.length ?? 0} with Body length 0`);
  const socket = await dial(target, url, signal);
  body.spent = body.text !== undefined;
  return exchange(socket, url, ask.method, body.text, signal);
}

/** A verification failure with a pin is tried again with the system's roots alone. */
async function dial(target: ProviderTarget, url: URL, signal: AbortSignal): Promise<TLSSocket> {
  try {
    return await open(target, url, target.pin, signal);
  } catch (error) {
    const code = error instanceof Error ? String(Reflect.get(error, 'code')) : '';
    if (target.pin === undefined || !/^(?:ERR_TLS_CERT|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|EC_KEY)/.test(code))
      throw error;
    const socket = await open(target, url, undefined, signal);
    target.forgetPin();
    return socket;
  }
}

function open(target: ProviderTarget, url: URL, pin: string | undefined, signal: AbortSignal): Promise<TLSSocket> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const servername = (pin === undefined ? undefined : firstDnsName(pin)) ?? (isIP(host) ? undefined : host);
  return new Promise((resolve, reject) => {
    const socket = connect({
      host,
      port: Number(url.port || 443),
      ...(servername === undefined ? {} : { servername }),
      // The pin alone first: building the system's store of roots for each connection costs more than the handshake.
      ...(pin === undefined ? {} : { ca: pin }),
      ...(target.client === undefined ? {} : { cert: target.client.certificate, key: target.client.key }),
      minVersion: 'TLSv1.3',
    });
    const stop = () => socket.destroy(new Error('cancelled'));
    signal.addEventListener('abort', stop, { once: true });
    socket.once('close', () => signal.removeEventListener('abort', stop));
    socket.once('error', reject);
    socket.once('secureConnect', () => {
      socket.off('error', reject);
      resolve(socket);
    });
  });
}

const firstDnsName = (pem: string): string | undefined =>
  /DNS:([^,\s]+)/.exec(new X509Certificate(pem).subjectAltName ?? '')?.[1];

function exchange(
  socket: TLSSocket,
  url: URL,
  method: string,
  body: string | undefined,
  signal: AbortSignal,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({
      createConnection: () => socket,
      method,
      path: `${url.pathname}${url.search}`,
      headers: {
        Host: url.host,
        'User-Agent': 'Go-http-client/1.1',
        ...(body === undefined ? {} : { 'Content-Length': Buffer.byteLength(body) }),
        'Accept-Encoding': 'gzip',
      },
      signal,
    });
    request.removeHeader('connection');
    request.once('error', reject);
    request.once('response', (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      response.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > MAX_ANSWER) request.destroy(new Error(`the answer is longer than ${MAX_ANSWER} bytes`));
        chunks.push(chunk);
      });
      response.once('error', reject);
      response.once('end', () => resolve(decoded(Buffer.concat(chunks), response.headers['content-encoding'])));
    });
    request.end(body);
  });
}

const decoded = (bytes: Buffer, encoding: string | undefined): string =>
  (encoding === 'gzip' ? gunzipSync(bytes) : bytes).toString();

/** IncusOS looks at the body only: `type` and `status_code`; the HTTP status is ignored. */
function readAnswer(text: string): unknown {
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch (cause) {
    throw new ProviderError('invalid character in the answer from operations center', { cause });
  }
  const field = (key: string): unknown =>
    typeof answer === 'object' && answer !== null ? Reflect.get(answer, key) : undefined;
  if (field('type') === 'error') throw new ProviderError(`error from operations center: ${String(field('error'))}`);
  if (field('type') !== 'sync' || field('status_code') !== 200)
    throw new ProviderError('bad response from operations center');
  return field('metadata');
}
