import { randomUUID } from 'node:crypto';
import type { Client } from 'pg';
import type { DatabaseLog } from './database.ts';
import type { News } from './news.ts';

export type PostgresNewsOptions = { url: string; log: DatabaseLog };

const channel = 'operations_center';
const connectTimeoutMs = 5_000;
/** A connection that has died without a word is noticed within so long. */
const lookEveryMs = 5_000;
const retryMs = 500;
/** What is told within this time goes out in one message. */
const gatherMs = 5;
/** PostgreSQL takes payloads below 8,000 bytes; what does not fit is "anything may have changed". */
const payloadLimit = 7_900;

type Message = { from: string; topic: string; details: string[] | null };

/** LISTEN and NOTIFY on a session of its own, made again whenever it is lost. */
export async function openPostgresNews({ url, log }: PostgresNewsOptions): Promise<News> {
  const { default: pg } = await import('pg');
  const from = randomUUID();
  const listeners = new Map<string, ((details: readonly string[] | undefined) => void)[]>();
  const waiting = new Map<string, Set<string>>();
  let client: Client | undefined;
  let closed = false;
  let gathering: NodeJS.Timeout | undefined;
  let retrying: NodeJS.Timeout | undefined;

  function hand(topic: string, details: readonly string[] | undefined): void {
    for (const listener of listeners.get(topic) ?? []) {
      try {
        listener(details);
      } catch (error) {
        log.warn({ err: error, topic }, 'news could not be heeded');
      }
    }
  }

  function read(payload: string): void {
    const message = parseMessage(payload);
    if (message === undefined) return log.warn({}, 'news that no daemon has told are ignored');
    if (message.from !== from) hand(message.topic, message.details ?? undefined);
  }

  async function connect(): Promise<void> {
    const next = new pg.Client({
      connectionString: url,
      connectionTimeoutMillis: connectTimeoutMs,
      query_timeout: connectTimeoutMs,
      keepAlive: true,
      application_name: 'operations-center news',
    });
    next.on('error', () => lose(next));
    next.on('end', () => lose(next));
    next.on('notification', ({ payload }) => read(payload ?? ''));
    try {
      await next.connect();
      await next.query(`listen ${channel}`);
    } catch (error) {
      log.warn({ err: error }, 'the database tells no news; tried again');
      await next.end().catch(() => {});
      return retry();
    }
    if (closed) return next.end().catch(() => {});
    client = next;
    // What was told meanwhile was not heard.
    for (const topic of listeners.keys()) hand(topic, undefined);
  }

  function lose(lost: Client): void {
    if (client !== lost) return;
    client = undefined;
    void lost.end().catch(() => {});
    retry();
  }

  function retry(): void {
    if (closed) return;
    retrying = setTimeout(() => void connect(), retryMs);
    retrying.unref();
  }

  const looking = setInterval(() => {
    const current = client;
    current?.query('select 1').catch(() => lose(current));
  }, lookEveryMs);
  looking.unref();

  function flush(): void {
    gathering = undefined;
    for (const [topic, details] of waiting) {
      const whole = JSON.stringify({ from, topic, details: [...details] } satisfies Message);
      const fits = Buffer.byteLength(whole) <= payloadLimit;
      const payload = fits ? whole : JSON.stringify({ from, topic, details: null } satisfies Message);
      // Lost with the session: the others' slower look is there for that.
      client?.query('select pg_notify($1, $2)', [channel, payload]).catch(() => {});
    }
    waiting.clear();
  }

  await connect();
  return {
    tell(topic, detail) {
      const details = waiting.get(topic) ?? new Set();
      waiting.set(topic, details.add(detail));
      gathering ??= setTimeout(flush, gatherMs);
    },
    hear(topic, listener) {
      listeners.set(topic, [...(listeners.get(topic) ?? []), listener]);
    },
    async close() {
      closed = true;
      clearInterval(looking);
      clearTimeout(retrying);
      clearTimeout(gathering);
      flush();
      const last = client;
      client = undefined;
      await last?.end().catch(() => {});
    },
  };
}

/** Whoever may use the database can say anything on its channels. */
function parseMessage(payload: string): Message | undefined {
  try {
    const said: unknown = JSON.parse(payload);
    if (typeof said !== 'object' || said === null) return undefined;
    const { from, topic, details } = said as Record<string, unknown>; // every value is looked at here
    if (typeof from !== 'string' || typeof topic !== 'string') return undefined;
    if (details === null) return { from, topic, details };
    const isList = Array.isArray(details) && details.every((detail) => typeof detail === 'string');
    return isList ? { from, topic, details } : undefined;
  } catch {
    return undefined;
  }
}
