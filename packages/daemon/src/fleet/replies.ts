import { memberText, Reply, secretTexts } from '@operations-center/fleet-protocol';
import type * as z from 'zod';
import { hideTexts } from '../platform/hide-texts.ts';
import { callOf, type Endpoint, type FleetConnections, type FleetReply, type FleetRequest } from './connection.ts';
import { FleetFailure } from './fleet-failure.ts';

/** What every question may be told: when to give up, and whether on a connection of its own. */
export type AskOptions = { signal: AbortSignal; deadlineMs?: number; fresh?: boolean | 'keep' };

/** A parsed answer beside the text it came from. */
export type Answer<T> = {
  value: T;
  /** The metadata as it was sent, JSON (engineering E2). */
  text: string;
  etag: string | undefined;
  shownFingerprint: string;
  /** Its header Date, epoch milliseconds. */
  date: number | undefined;
};
export type AsyncAnswer<T> = Answer<T> & { operation: string };

/** Deadlines unless the caller has a better one. Some changes run host tools inside the request. */
export const READ_MS = 10_000;
export const WRITE_MS = 60_000;

type Ask = Omit<FleetRequest, 'deadlineMs' | 'signal' | 'fresh'>;

const withDefaults = (ask: Ask, options: AskOptions): FleetRequest => ({
  ...ask,
  signal: options.signal,
  deadlineMs: options.deadlineMs ?? (ask.method === 'GET' ? READ_MS : WRITE_MS),
  ...(options.fresh === undefined ? {} : { fresh: options.fresh }),
});

/** Asks, and reads the metadata of the synchronous answer through the gate. */
export async function askSync<T>(
  connections: FleetConnections,
  endpoint: Endpoint,
  ask: Ask,
  schema: z.ZodType<T>,
  options: AskOptions,
): Promise<Answer<T>> {
  const request = withDefaults(ask, options);
  const reply = await connections.call(endpoint, request);
  return readSync(endpoint, request, reply, schema);
}

/** Asks for something that answers with an operation; its metadata passes the gate. */
export async function askAsync<T>(
  connections: FleetConnections,
  endpoint: Endpoint,
  ask: Ask,
  schema: z.ZodType<T>,
  options: AskOptions,
): Promise<AsyncAnswer<T>> {
  const request = withDefaults(ask, options);
  const reply = await connections.call(endpoint, request);
  const { envelope, text } = readEnvelope(endpoint, request, reply);
  if (envelope.type !== 'async') throw badReply(endpoint, request, reply, 'it did not answer with an operation');
  return { ...answerOf(endpoint, request, reply, schema, envelope.metadata, text), operation: envelope.operation };
}

/** Asks for bytes; an answer with an error status is read as an envelope and thrown. */
export async function askBytes(
  connections: FleetConnections,
  endpoint: Endpoint,
  ask: Ask,
  options: AskOptions,
): Promise<Buffer> {
  const request = withDefaults(ask, options);
  const reply = await connections.call(endpoint, request);
  if (reply.status !== 200) readEnvelope(endpoint, request, reply);
  return reply.bytes;
}

/** `undefined` in place of a 404. */
export async function orAbsent<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof FleetFailure && error.code === 'refused' && error.status === 404) return undefined;
    throw error;
  }
}

function readSync<T>(endpoint: Endpoint, request: FleetRequest, reply: FleetReply, schema: z.ZodType<T>): Answer<T> {
  const { envelope, text } = readEnvelope(endpoint, request, reply);
  if (envelope.type !== 'sync') throw badReply(endpoint, request, reply, 'it answered with an operation');
  return answerOf(endpoint, request, reply, schema, envelope.metadata, text);
}

function answerOf<T>(
  endpoint: Endpoint,
  request: FleetRequest,
  reply: FleetReply,
  schema: z.ZodType<T>,
  metadata: unknown,
  text: string,
): Answer<T> {
  const parsed = schema.safeParse(metadata);
  if (parsed.success) {
    return {
      value: parsed.data,
      text: memberText(text, 'metadata') ?? 'null',
      etag: reply.etag,
      shownFingerprint: reply.shownFingerprint,
      date: dateOf(reply),
    };
  }
  const [issue] = parsed.error.issues;
  const where = issue === undefined || issue.path.length === 0 ? 'metadata' : `metadata.${issue.path.join('.')}`;
  throw badReply(endpoint, request, reply, `${where}: ${issue?.message ?? 'not what we need'}`);
}

function dateOf({ headers }: FleetReply): number | undefined {
  const at = typeof headers['date'] === 'string' ? Date.parse(headers['date']) : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
}

type Envelope = Exclude<Reply, { type: 'error' }>;

/** The frame of an answer; anything but a success is thrown, sorted by its HTTP status. */
function readEnvelope(
  endpoint: Endpoint,
  request: FleetRequest,
  reply: FleetReply,
): { envelope: Envelope; text: string } {
  const text = reply.bytes.toString('utf8');
  if (reply.status >= 300 && reply.status < 400) {
    throw failure('not_an_incus_server', endpoint, request, reply, 'it redirects us; redirects are not followed');
  }
  const envelope = parseEnvelope(text);
  if (reply.status >= 400) throw refusal(endpoint, request, reply, envelope?.type === 'error' ? envelope.error : '');
  if (envelope === undefined) throw badReply(endpoint, request, reply, 'not an answer of Incus or IncusOS');
  if (envelope.type === 'error')
    throw refusal(endpoint, request, { ...reply, status: envelope.error_code }, envelope.error);
  return { envelope, text };
}

function parseEnvelope(text: string): Reply | undefined {
  try {
    const parsed = Reply.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

// 412: somebody changed it meanwhile, looking again helps. 502: IncusOS behind Incus is not there (or the body above
// 1 MiB). 503: starting or stopping. 500 is what Incus says of most users' mistakes, so it is final.
const TRANSIENT_STATUS = new Set([408, 412, 425, 429, 502, 503, 504]);

function refusal(endpoint: Endpoint, request: FleetRequest, reply: FleetReply, said: string): FleetFailure {
  // A server tells which command of its own failed, and on that command line stands what we have sent it.
  const reason = hideTexts(said, secretTexts(request.body));
  return new FleetFailure({
    kind: TRANSIENT_STATUS.has(reply.status) ? 'transient' : 'permanent',
    code: 'refused',
    server: endpoint.name,
    call: callOf(request),
    status: reply.status,
    reason: reason === '' ? `HTTP status ${reply.status} without a reason` : reason,
    shownFingerprint: reply.shownFingerprint,
  });
}

const badReply = (endpoint: Endpoint, request: FleetRequest, reply: FleetReply, reason: string): FleetFailure =>
  failure('bad_reply', endpoint, request, reply, reason);

function failure(
  code: 'bad_reply' | 'not_an_incus_server',
  endpoint: Endpoint,
  request: FleetRequest,
  reply: FleetReply,
  reason: string,
): FleetFailure {
  const { status, shownFingerprint } = reply;
  const facts = { server: endpoint.name, call: callOf(request), status, shownFingerprint, reason };
  return new FleetFailure({ kind: 'permanent', code, ...facts });
}
