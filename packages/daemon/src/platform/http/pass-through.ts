import { Fault, type ProxyName, type ProxySpec, type proxyMethods } from '@operations-center/contract';

export type ProxyMethod = (typeof proxyMethods)[number];

/** A request as it is to be passed on. */
export type PassRequest = {
  params: Readonly<Record<string, string>>;
  method: ProxyMethod;
  /** From the mount on, as it was sent: `/os/1.0/services`; and the query with its question mark, or nothing. */
  path: string;
  query: string;
  /** What of its path is ours: the other program puts it before the URLs that it answers. */
  prefix: string;
  headers: Readonly<Record<string, string>>;
  body: Buffer | undefined;
  /** Aborts when the client goes away. */
  signal: AbortSignal;
};

/** What came back, whatever its status. */
export type PassReply = {
  status: number;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  bytes: Buffer;
};

/** Passes requests on for a proxy of the contract. */
export type ProxyHandler = { name: ProxyName; pass(request: PassRequest): Promise<PassReply> };

/** What of the headers is about the content; all else is between us and one side: identity, connection, encoding. */
export const requestHeaders = ['accept', 'content-type', 'content-disposition', 'if-match', 'if-none-match'] as const;
export const answerHeaders = [
  'content-type',
  'content-disposition',
  'content-encoding',
  'etag',
  'last-modified',
  'location',
  'retry-after',
] as const;

export function passedHeaders(
  headers: Readonly<Record<string, string | string[] | undefined>>,
  names: readonly string[],
): Record<string, string> {
  const passed = names.map((name) => [name, [headers[name]].flat()[0]] as const);
  return Object.fromEntries(passed.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/**
 * The part of an URL that is passed on. What a router on the way might read otherwise than we do is refused: dots and
 * slashes in disguise, a second decoding, another member of the cluster by `?target=`.
 */
export function readPassedPath(spec: ProxySpec, url: string): Pick<PassRequest, 'path' | 'query' | 'prefix'> {
  const [whole = '', ...rest] = url.split('?');
  const query = rest.length === 0 ? '' : `?${rest.join('?')}`;
  const segments = whole.split('/');
  const own = spec.path.split('/').length;
  const path = segments.slice(own);
  if (path.some((segment) => !isPlain(segment))) refuse('the path has a segment that is not plain', url);
  if (new URLSearchParams(query).has('target')) refuse('the query names a target: ask that server itself', url);
  const passed = `/${path.join('/')}`;
  const prefix = `${segments.slice(0, own).join('/')}${spec.mount}`;
  return { path: passed === spec.mount ? `${passed}/` : passed, query, prefix };
}

/** Characters that stand for themselves on every way through routers; none that could be read as another path. */
function isPlain(segment: string): boolean {
  const text = decoded(segment);
  return text !== undefined && text !== '.' && text !== '..' && !/[/\\%\p{Cc}]/u.test(text);
}

function decoded(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}

function refuse(why: string, url: string): never {
  throw new Fault('proxy_path_invalid', `Bad Request: ${why}`, { details: { url: url.slice(0, 255) } });
}
