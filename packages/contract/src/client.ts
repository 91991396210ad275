import { envelope } from './envelope.ts';
import type { RouteAnswer, RouteBodyInput, RouteParams, RouteSpec } from './route.ts';
import { routes } from './routes.ts';

/** Carries one request to a daemon; how (socket, pinned TLS) is its own business. */
export type Transport = (request: {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: string | undefined;
  signal: AbortSignal | undefined;
}) => Promise<{ status: number; headers: Record<string, string | undefined>; text: string }>;

/** `ok` an answer, `next` the cursor of the page after it · `fault` the daemon refused, and why · `broken` what came back is no answer of this API. */
export type CallResult<Answer> =
  | {
      kind: 'ok';
      metadata: Answer;
      location: string | undefined;
      etag: string | undefined;
      operation: string;
      next: string | undefined;
      /** How many there are on all pages together, if that was asked for. */
      total: number | undefined;
    }
  | {
      kind: 'fault';
      status: number;
      code: string;
      message: string;
      hint: string;
      details: Record<string, unknown>;
      request_id: string;
    }
  | { kind: 'broken'; status: number; text: string };

/** A list is a parameter given several times. */
export type QueryValues = Record<string, string | readonly string[] | undefined>;

export type CallOptions<Route extends RouteSpec> = {
  params?: RouteParams<Route>;
  query?: QueryValues;
  body?: RouteBodyInput<Route>;
  headers?: Record<string, string>;
  signal?: AbortSignal;
};

type Routes = typeof routes;

/** The typed client of the contract: `client('token_show', { params: { uuid } })`. */
export type Client = <Name extends keyof Routes>(
  name: Name,
  options?: CallOptions<Routes[Name]>,
) => Promise<CallResult<RouteAnswer<Routes[Name]>>>;

export const makeClient =
  (transport: Transport): Client =>
  async (name, options = {}) => {
    const entry: RouteSpec = routes[name];
    const body = options.body === undefined ? undefined : JSON.stringify(options.body);
    const reply = await transport({
      method: entry.method,
      path: fillPath(entry.path, options.params ?? {}) + queryText(options.query ?? {}),
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...options.headers },
      body,
      signal: options.signal,
    });
    return readReply(reply);
  };

/** Puts values into `{name}` holes, each as one path segment. */
export const fillPath = (path: string, params: Record<string, string>): string =>
  path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));

function queryText(query: QueryValues): string {
  const set = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [value].flat().map((one): [string, string] => [name, one]),
  );
  return set.length === 0 ? '' : `?${new URLSearchParams(set).toString()}`;
}

/** What an answer in the envelope says; also for those that come from a server, passed on by the daemon. */
export function readReply<Answer>(reply: {
  status: number;
  headers: Record<string, string | undefined>;
  text: string;
}): CallResult<Answer> {
  const parsed = envelope.safeParse(parseJson(reply.text));
  if (!parsed.success) return { kind: 'broken', status: reply.status, text: reply.text };
  const { data } = parsed;
  if (data.error_code !== 0 || data.type === 'error') {
    return {
      kind: 'fault',
      status: data.error_code,
      code: data.code ?? '',
      message: data.error,
      hint: data.hint ?? '',
      details: data.details ?? {},
      request_id: data.request_id ?? '',
    };
  }
  return {
    kind: 'ok',
    // The daemon's answers are checked against this schema by the contract tests, not again on every call.
    metadata: data.metadata as Answer,
    location: reply.headers['location'],
    etag: reply.headers['etag'],
    operation: data.operation,
    next: nextCursor(reply.headers['link']),
    total: reply.headers['x-total-count'] === undefined ? undefined : Number(reply.headers['x-total-count']),
  };
}

/** The cursor in `<…?cursor=…>; rel="next"`. */
function nextCursor(link: string | undefined): string | undefined {
  const url = /<([^>]*)>; rel="next"/.exec(link ?? '')?.[1];
  return url === undefined ? undefined : (new URL(url, 'http://unix').searchParams.get('cursor') ?? undefined);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
