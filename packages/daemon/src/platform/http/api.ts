import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import {
  Fault,
  fillPath,
  type ProxySpec,
  proxies,
  proxyMethods,
  type RouteSpec,
  routes,
} from '@operations-center/contract';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Log } from '../log.ts';
import { checkAccess, checkSameSite, faultOf, headerText, readQuery } from './admission.ts';
import type { Answer, Caller, Handler } from './answer.ts';
import { readBody } from './body.ts';
import { envelopeOf, envelopeOfFault, envelopeOfList, envelopeStream } from './envelope.ts';
import {
  answerHeaders,
  type PassReply,
  type ProxyHandler,
  type ProxyMethod,
  passedHeaders,
  readPassedPath,
  requestHeaders,
} from './pass-through.ts';
import { isUnclean, notFound, redirectClean } from './paths.ts';
import { addressOf, type ChangeOutcome, cutShort, type Recorder, recorded } from './recorder.ts';

export type ApiParts = {
  handlers: readonly Handler[];
  proxies?: readonly ProxyHandler[];
  /** Says who asks, afresh for every request: trust can end while a connection lives. */
  callerOf(request: IncomingMessage): Caller;
  /** Keeps what those who are trusted change. */
  recorder?: Recorder;
  /** What browsers are shown, below `/ui`. */
  pages?: RequestListener;
  /** Throws if this may not be done now, whoever asks. */
  checkNow?(method: string, name: string): void;
  log: Log;
};

/** Builds the API from the contract and its handlers; every listener feeds the same one. */
export async function makeApi(parts: ApiParts): Promise<RequestListener> {
  const app = fastify({
    logger: false,
    bodyLimit: 1024 * 1024,
    exposeHeadRoutes: true,
    genReqId: () => randomUUID(),
    // Names are limited by their own rules, and a whole request line by Node.
    routerOptions: { maxParamLength: 65_536 },
    frameworkErrors: (error, request, reply) => void sendFault(faultOfUrl(error), request, reply, parts.log),
  });
  app.removeAllContentTypeParsers();
  // IncusOS sends no content type at all, so the type is never asked for.
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  for (const handler of parts.handlers) addRoute(app, handler, parts);
  for (const proxy of parts.proxies ?? []) addProxy(app, proxy, parts);
  app.setNotFoundHandler((request, reply) => notFound(request.method, request.raw.url ?? '/', reply));
  app.setErrorHandler((error: unknown, request, reply) => sendFault(faultOf(error), request, reply, parts.log));
  await app.ready();
  return (request: IncomingMessage, response: ServerResponse) => {
    if (isUnclean(request.url ?? '/')) redirectClean(request, response);
    else if (parts.pages !== undefined && isPage(request.url ?? '/')) parts.pages(request, response);
    else app.routing(request, response);
  };
}

const isPage = (url: string): boolean => /^\/ui(?:[/?]|$)/.test(url);

/** A route of the contract that nobody answers is a mistake of ours: the daemon does not start with it. */
export function requireEveryRoute(handlers: readonly Handler[]): void {
  const answered = new Set<string>(handlers.map(({ name }) => name));
  const missing = Object.keys(routes).filter((name) => !answered.has(name));
  if (missing.length > 0) throw new Error(`routes of the contract without a handler: ${missing.join(', ')}`);
}

function addRoute(app: FastifyInstance, handler: Handler, parts: ApiParts): void {
  const spec: RouteSpec = routes[handler.name];
  app.route({
    method: spec.method,
    url: routerPath(spec.path),
    ...(spec.bodyLimit === undefined ? {} : { bodyLimit: spec.bodyLimit }),
    handler: async (request, reply) => {
      const caller = parts.callerOf(request.raw);
      checkAccess(spec, caller);
      if (request.method !== 'GET' && request.method !== 'HEAD') checkSameSite(request.headers);
      parts.checkNow?.(request.method, spec.name);
      const gone = new AbortController();
      reply.raw.once('close', () => gone.abort(new ClientGone()));
      const work = async () =>
        handler.answer({
          // Parsed by the schema that gave the handler its types.
          params: request.params as never,
          query: readQuery(spec, request.query) as never,
          body: readBody(spec, request.body as Buffer | undefined) as never,
          caller,
          signal: gone.signal,
          request_id: request.id,
          header: (name) => headerText(request.headers[name]),
        });
      const path = fillPath(spec.path, cutSecrets(spec, request.params as Record<string, string>));
      const outcomeOf = (done: Answer): ChangeOutcome => outcomeOfAnswer(spec, done);
      const answer = await record(parts, { spec, caller, request, path }, work, outcomeOf);
      return sendAnswer(answer, request, reply, parts.log);
    },
  });
}

type Asked = { spec: Pick<RouteSpec, 'name'>; caller: Caller; request: FastifyRequest; path: string };

/**
 * Does `work`; a change that somebody who is trusted asks for is kept before and after. What others may do – servers, by
 * a token or their own certificate – is kept where it changes something, or everybody could fill the record.
 */
function record<T>(
  { recorder }: ApiParts,
  { spec, caller, request, path }: Asked,
  work: () => Promise<T>,
  outcomeOf: (result: T) => ChangeOutcome,
): Promise<T> {
  const isChange = request.method !== 'GET' && request.method !== 'HEAD';
  if (recorder === undefined || !isChange || !caller.trusted) return work();
  const change = {
    request_id: request.id,
    caller,
    address: addressOf(request.raw, caller),
    route: spec.name,
    path,
    body: request.body as Buffer | undefined, // the parser for all types keeps it as it came
  };
  return recorded(recorder, change, work, outcomeOf);
}

const cutSecrets = (spec: RouteSpec, params: Record<string, string>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(params).map(([name, value]) => [
      name,
      spec.secrets?.includes(name) === true ? cutShort(value) : value,
    ]),
  );

function outcomeOfAnswer(spec: RouteSpec, { status, location: url = '', operation = '' }: Answer): ChangeOutcome {
  // That of a 202 is the operation, which has a place of its own.
  const location = url === operation ? '' : url;
  const [, collection = '', name = ''] = /^(.*\/)([^/]*)$/.exec(location) ?? [];
  const shown = spec.secrets?.includes('location') === true ? collection + cutShort(name) : location;
  return { status, code: '', location: shown, operation: operation.split('/').at(-1) ?? '' };
}

const outcomeOfReply = ({ status }: PassReply): ChangeOutcome => ({ status, code: '', location: '', operation: '' });

/** The contract's path as fastify writes it. */
const routerPath = (path: string): string => path.replaceAll('/:', '/::').replace(/\{(\w+)\}/g, ':$1');

/** What another machine answers has our origin in a browser, and the browser has the certificate of who looks at it. */
const noPage = { 'content-security-policy': "sandbox; default-src 'none'", 'x-content-type-options': 'nosniff' };

function addProxy(app: FastifyInstance, proxy: ProxyHandler, parts: ApiParts): void {
  const spec: ProxySpec = proxies[proxy.name];
  const below = routerPath(spec.path) + spec.mount;
  for (const url of [below, `${below}/*`]) {
    app.route({
      method: [...proxyMethods],
      url,
      bodyLimit: spec.bodyLimit,
      handler: async (request, reply) => {
        const caller = parts.callerOf(request.raw);
        checkAccess(spec, caller);
        if (request.method !== 'GET' && request.method !== 'HEAD') checkSameSite(request.headers);
        parts.checkNow?.(request.method, spec.name);
        const gone = new AbortController();
        reply.raw.once('close', () => gone.abort(new ClientGone()));
        const work = async () =>
          proxy.pass({
            // A path parameter is a text.
            params: request.params as Record<string, string>,
            method: request.method === 'HEAD' ? 'GET' : (request.method as ProxyMethod),
            ...readPassedPath(spec, request.raw.url ?? ''),
            headers: passedHeaders(request.headers, requestHeaders),
            // The parser for all types keeps it as it came.
            body: request.body as Buffer | undefined,
            signal: gone.signal,
          });
        const path = (request.raw.url ?? '').split('?', 1)[0] ?? '';
        const passed = await record(parts, { spec, caller, request, path }, work, outcomeOfReply);
        return reply
          .code(passed.status)
          .headers({ ...passedHeaders(passed.headers, answerHeaders), ...noPage, 'x-request-id': request.id })
          .send(passed.bytes);
      },
    });
  }
}

function sendAnswer(answer: Answer, request: FastifyRequest, reply: FastifyReply, log: Log): FastifyReply {
  reply.code(answer.status).header('x-request-id', request.id);
  if (answer.location !== undefined) reply.header('location', answer.location);
  if (answer.link !== undefined) reply.header('link', answer.link);
  if (answer.etag !== undefined) reply.header('etag', `"${answer.etag}"`);
  if (answer.status === 304) return reply.send();
  reply.header('content-type', 'application/json');
  if (answer.total !== undefined) reply.header('x-total-count', answer.total);
  if (answer.file !== undefined) return sendFile(answer.file, reply);
  if (answer.stream !== undefined) return reply.send(streamOf(answer.stream, request, log));
  // Bytes, not text: for text the framework would add a charset that OC does not send.
  return reply.send(answer.items === undefined ? Buffer.from(envelopeOf(answer)) : envelopeOfList(answer.items));
}

/** The type is as it was kept, and no browser is to guess another one. Names hold no quote; others are escaped. */
function sendFile({ name, type, bytes }: NonNullable<Answer['file']>, reply: FastifyReply): FastifyReply {
  const shown = name.replaceAll(/[^ -~]|["\\]/g, '_');
  return reply
    .header('content-type', type)
    .header('content-disposition', `attachment; filename="${shown}"`)
    .header('x-content-type-options', 'nosniff')
    .send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
}

/** A failure in the middle can only be told by cutting the connection: what was sent so far is then no JSON. */
function streamOf(pieces: AsyncIterable<Uint8Array>, request: FastifyRequest, log: Log): Readable {
  // Two pieces ahead are enough; more would be kept for every slow client.
  const stream = Readable.from(envelopeStream(pieces), { highWaterMark: 2 });
  stream.on('error', (error) => log.error({ err: error, request_id: request.id }, 'an answer was cut off'));
  return stream;
}

/** Why the work for a request ends early; no fault of ours. */
class ClientGone extends Error {
  constructor() {
    super('the client went away');
    this.name = 'ClientGone';
  }
}

const isOfClientGone = (error: unknown): boolean =>
  error instanceof ClientGone || (error instanceof Error && isOfClientGone(error.cause));

function sendFault(fault: Fault, request: FastifyRequest, reply: FastifyReply, log: Log): FastifyReply {
  const facts = { request_id: request.id, method: request.method, route: request.routeOptions.url, code: fault.code };
  if (isOfClientGone(fault)) log.info(facts, 'the client went away before its answer');
  else if (fault.status >= 500) log.error({ ...facts, err: fault.cause ?? fault }, fault.message);
  else log.debug(facts, fault.message);
  return reply
    .code(fault.status)
    .header('content-type', 'application/json')
    .header('x-content-type-options', 'nosniff')
    .header('x-request-id', request.id)
    .send(Buffer.from(envelopeOfFault(fault, request.id)));
}

/** What fails before a route is found: an URL whose escapes cannot be read. */
const faultOfUrl = (cause: Error): Fault =>
  new Fault('name_invalid', 'Bad Request: the path cannot be decoded', { cause });
