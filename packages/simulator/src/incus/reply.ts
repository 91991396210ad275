import { createHash } from 'node:crypto';
import { asyncReply, errorReply, OPERATION_CODES, syncReply } from '@operations-center/fleet-protocol';
import type { IncusReply } from './member.ts';
import type { Operation } from './operation-state.ts';
import { shownOperation } from './operation-state.ts';

/** A refusal in Incus' own words: the text goes out as it is. */
export class IncusError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export type Answer = {
  status: number;
  metadata: unknown;
  location?: string;
  etag?: string;
  operation?: string;
  later?: Promise<unknown>;
  failed?: Promise<boolean>;
  /** `metadata` is a list too long to be held as one text: its elements, as they are asked for. */
  elements?: Iterable<unknown>;
};

export const ok = (metadata: unknown): Answer => ({ status: 200, metadata });
const LONG = 500;

/** A list whose documents are made as the reader takes them, once there are many. */
export function longList<Row>(rows: readonly Row[], show: (row: Row) => unknown): Answer {
  if (rows.length <= LONG) return ok(rows.map(show));
  return { ...ok(null), elements: shownOneByOne(rows, show) };
}

function* shownOneByOne<Row>(rows: readonly Row[], show: (row: Row) => unknown): Generator {
  for (const row of rows) yield show(row);
}

/** What a change without a result answers. */
export const done = (): Answer => ({ status: 200, metadata: {} });
export const created = (location: string, metadata: unknown = null): Answer => ({ status: 201, metadata, location });

/** An object with the ETag over its writable part. */
export const tagged = (metadata: unknown, writable: unknown): Answer => ({
  status: 200,
  metadata,
  etag: etagOf(writable),
});

export const accepted = (operation: Operation): Answer => ({
  status: 202,
  metadata: shownOperation(operation),
  location: `/1.0/operations/${operation.id}`,
  operation: `/1.0/operations/${operation.id}`,
  failed: operation.finished.then(() => operation.status_code !== OPERATION_CODES.success),
});

export const etagOf = (writable: unknown): string =>
  createHash('sha256')
    .update(`${JSON.stringify(sorted(writable))}\n`)
    .digest('hex');

/** Refuses with 412 if the client saw another state than the present one. Without If-Match everything goes. */
export function checkMatch(ifMatch: string | undefined, writable: unknown): void {
  if (ifMatch === undefined || ifMatch === '') return;
  const seen = ifMatch.replaceAll('"', '');
  const now = etagOf(writable);
  if (seen !== now) throw new IncusError(412, `ETag doesn't match: ${now} vs ${seen}`);
}

export function replyOf(answer: Answer): IncusReply {
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  if (answer.location !== undefined) headers.location = answer.location;
  if (answer.etag !== undefined) headers.etag = `"${answer.etag}"`;
  const { failed } = answer;
  const begun = failed === undefined ? {} : { failed };
  if (answer.elements !== undefined)
    return { status: answer.status, headers, body: '', pieces: piecesOf(answer.elements) };
  if (answer.later === undefined)
    return { status: answer.status, headers, body: envelope(answer, answer.metadata), ...begun };
  return {
    status: answer.status,
    headers,
    body: '',
    later: answer.later.then((metadata) => envelope(answer, metadata)),
  };
}

const CHUNK = 64;

/** The same text as the envelope of the whole list, in pieces. */
function* piecesOf(elements: Iterable<unknown>): Generator<Buffer> {
  const [head = '', tail = ''] = `${JSON.stringify(syncReply([]))}\n`.split('[]');
  let piece = `${head}[`;
  let count = 0;
  for (const element of elements) {
    piece += `${count === 0 ? '' : ','}${JSON.stringify(element)}`;
    count += 1;
    if (count % CHUNK > 0) continue;
    yield Buffer.from(piece);
    piece = '';
  }
  yield Buffer.from(`${piece}]${tail}`);
}

function envelope({ operation }: Answer, metadata: unknown): string {
  const reply = operation === undefined ? syncReply(metadata) : asyncReply(operation, metadata);
  return `${JSON.stringify(reply)}\n`;
}

export function refusal(status: number, error: string): IncusReply {
  return {
    status,
    headers: { 'content-type': 'application/json', 'x-content-type-options': 'nosniff' },
    body: `${JSON.stringify(errorReply(status, error))}\n`,
  };
}

/** Key order must not change an ETag. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, part]) => [key, sorted(part)]),
  );
}
