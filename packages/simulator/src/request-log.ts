import { createHash } from 'node:crypto';

/** A body is kept up to here; what is longer is told by size and hash. */
const MAX_BODY = 64 * 1024;

export type LoggedRequest = {
  seq: number;
  time: string;
  server: string;
  method: string;
  path: string;
  query: string;
  /** Parsed JSON; null without a body; {bytes, sha256} for anything else. */
  body: unknown;
  /** 101 for a websocket that was opened. */
  status: number;
  /** What the call began came to nothing, after the request of this number. */
  failed_after?: number;
};

export type RequestLog = {
  /** Returns what to call if that which the request began came to nothing. */
  add(request: Omit<LoggedRequest, 'seq' | 'time' | 'body' | 'failed_after'> & { body: Buffer }): () => void;
  /** In order of completion; only one server's if named. */
  list(server?: string): LoggedRequest[];
  clear(): void;
  /** How many were forgotten because the log was full. */
  forgotten(): number;
};

/** What the fleet was asked, newest `limit` requests. */
export function makeRequestLog(nowMs: () => number, limit = 20_000): RequestLog {
  let entries: LoggedRequest[] = [];
  let seq = 0;
  let forgotten = 0;
  return {
    add({ body, ...request }) {
      const entry: LoggedRequest = {
        seq: ++seq,
        time: new Date(nowMs()).toISOString(),
        ...request,
        body: bodyOf(body),
      };
      entries.push(entry);
      const fail = (): void => void (entry.failed_after = seq);
      // Cut in one go: shifting an array of thousands at each request is what would cost.
      if (entries.length < limit * 2) return fail;
      forgotten += entries.length - limit;
      entries = entries.slice(-limit);
      return fail;
    },
    list: (server) => entries.slice(-limit).filter((entry) => server === undefined || entry.server === server),
    clear() {
      entries = [];
      forgotten = 0;
    },
    forgotten: () => forgotten + Math.max(0, entries.length - limit),
  };
}

function bodyOf(body: Buffer): unknown {
  if (body.length === 0) return null;
  try {
    if (body.length <= MAX_BODY) return JSON.parse(body.toString());
  } catch {
    // Not JSON: told by size, as below.
  }
  return { bytes: body.length, sha256: createHash('sha256').update(body).digest('hex') };
}
