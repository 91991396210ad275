import type { IncomingHttpHeaders } from 'node:http';
import { Fault, type RouteSpec } from '@operations-center/contract';
import type { Caller } from './answer.ts';

export const headerText = (value: string | string[] | undefined): string | undefined =>
  Array.isArray(value) ? value[0] : value;

export function checkAccess(spec: Pick<RouteSpec, 'access'>, caller: Caller): void {
  if (spec.access === 'anonymous' || spec.access === 'registration' || spec.access === 'server') return;
  if (!caller.trusted) throw new Fault('not_authenticated', 'unauthorized');
  if (spec.access === 'local' && caller.protocol !== 'unix') throw new Fault('not_authorized', 'Forbidden');
}

/** A page of another site can make a browser send its client certificate with a request of that page's choosing. */
export function checkSameSite(headers: IncomingHttpHeaders): void {
  const site = headerText(headers['sec-fetch-site']);
  const origin = headerText(headers.origin);
  const isForeign = site === 'cross-site' || site === 'same-site';
  const isOtherOrigin = origin !== undefined && origin !== `https://${headers.host ?? ''}`;
  if (isForeign || isOtherOrigin)
    throw new Fault('cross_site_request', `Forbidden: the request comes from ${origin ?? site}`);
}

export function readQuery(spec: RouteSpec, query: unknown): unknown {
  if (spec.query === undefined) return {};
  const { shape } = spec.query;
  // A repeated parameter counts once, its first value, unless the contract takes a list of them.
  const given = Object.entries(query as Record<string, string | string[]>).map(([name, value]) => {
    const values = [value].flat();
    return [name, shape[name]?.safeParse(values).success === true ? values : values[0]] as const;
  });
  const read = spec.query.safeParse(Object.fromEntries(given));
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw new Fault('query_invalid', `Bad Request: ${issue?.path.join('.')}: ${issue?.message}`);
}

/** Whatever was thrown, as something a caller may see: no stack, no path, no text of a tool. */
export function faultOf(error: unknown): Fault {
  if (error instanceof Fault) return error;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return new Fault('body_too_large', 'Request Entity Too Large');
  if (typeof code === 'string' && code.startsWith('FST_ERR_CTP'))
    return new Fault('body_invalid', 'Bad Request: the body could not be read', { cause: error });
  if (code === 'text_refused')
    return new Fault('body_invalid', 'Bad Request: a text holds the character NUL', { cause: error });
  if (code === 'database_unavailable')
    return new Fault('database_unavailable', 'The database cannot be used now', { cause: error });
  return new Fault('internal_error', 'Internal Server Error', { cause: error });
}
