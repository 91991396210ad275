import { createHash } from 'node:crypto';
import {
  Fault,
  type RouteBody,
  type RouteName,
  type RouteParams,
  type RouteQuery,
  routes,
} from '@operations-center/contract';

/** Who asks. `user` is a fingerprint for TLS, empty for the socket. */
export type Caller = {
  protocol: 'unix' | 'tls' | '';
  /** Id of the session of a browser; undefined: it shows a certificate, or came over the socket. */
  session?: string | undefined;
  user: string;
  /** May do everything; there is no caller with fewer rights yet. */
  trusted: boolean;
  /** The leaf that was shown, whoever it belongs to. */
  fingerprint: string | undefined;
  /** PEM of that leaf; read when needed. */
  certificate(): string | undefined;
};

type Routes = typeof routes;

export type Ask<Name extends RouteName> = {
  params: RouteParams<Routes[Name]>;
  query: RouteQuery<Routes[Name]>;
  body: RouteBody<Routes[Name]>;
  caller: Caller;
  /** Aborts when the client goes away. Only waiting may depend on it, never what is done. */
  signal: AbortSignal;
  request_id: string;
  header(name: string): string | undefined;
};

/** What goes back. `json` is the text of `metadata`; documents are spliced in unparsed (engineering E2). */
export type Answer = {
  /** 304: what the caller has is what there is; nothing else is sent. */
  status: 200 | 201 | 202 | 304;
  json: string;
  /** In place of `json`, for lists: the JSON text of each item. */
  items?: readonly string[];
  location?: string;
  etag?: string;
  /** Of a list that goes on: where (RFC 8288). */
  link?: string;
  /** Of a list in pages: how many there are on all of them. */
  total?: number;
  /** URL of the operation that goes on with it; of one that was waited for, for the record. */
  operation?: string;
  /** In place of everything else: a file as it is. */
  file?: { name: string; type: string; bytes: Uint8Array };
  /** In place of `json`, for long lists: the same text in pieces, read no faster than the caller takes them. */
  stream?: AsyncIterable<Uint8Array>;
};

export type Handler<Name extends RouteName = RouteName> = { name: Name; answer(ask: Ask<Name>): Promise<Answer> };

/** Ties a route of the contract to the function that answers it. */
export const handle = <Name extends RouteName>(name: Name, answer: (ask: Ask<Name>) => Promise<Answer>): Handler => {
  return { name, answer };
};

export const ok = (metadata: unknown): Answer => ({ status: 200, json: JSON.stringify(metadata) });
export const okJson = (json: string): Answer => ({ status: 200, json });
export const okList = (items: readonly string[]): Answer => ({ status: 200, json: '', items });
export const okStream = (stream: AsyncIterable<Uint8Array>): Answer => ({ status: 200, json: '', stream });
export const okFile = (file: NonNullable<Answer['file']>): Answer => ({ status: 200, json: '', file });
export const empty: Answer = { status: 200, json: '{}' };
export const created = (location: string, metadata: unknown = null): Answer => ({
  status: 201,
  json: JSON.stringify(metadata),
  location,
});
/** Long work was begun: `operation` is its URL. */
export const accepted = (operation: string, metadata: unknown): Answer => ({
  status: 202,
  json: JSON.stringify(metadata),
  location: operation,
  operation,
});

/** One object with its ETag, 64 hex digits over the JSON text. */
export const okTagged = (json: string): Answer & { etag: string } => ({ status: 200, json, etag: etagOf(json) });
export const etagOf = (json: string): string => createHash('sha256').update(json).digest('hex');

/** Does the caller have this version already? */
export function hasVersion(ask: { header(name: string): string | undefined }, etag: string): boolean {
  const given = ask.header('if-none-match');
  if (given === undefined) return false;
  const tags = given.split(',').map((tag) => tag.trim().replace(/^W\//, '').replace(/^"|"$/g, ''));
  return tags.includes('*') || tags.includes(etag);
}

export const notModified = (etag: string): Answer => ({ status: 304, json: '', etag });

/** Refuses if the caller names another version of what is there now. */
export function checkIfMatch(ask: { header(name: string): string | undefined }, json: string): void {
  const given = ask.header('if-match')?.replace(/^"|"$/g, '');
  const current = etagOf(json);
  if (given === undefined || given === '' || given === current) return;
  throw new Fault('etag_mismatch', `Precondition Failed: ETag doesn't match: ${current} vs ${given}`, {
    details: { current, given },
  });
}
