import type { Pool } from 'pg';
import type { DatabaseLog } from './database.ts';
import { toPostgresError } from './database-unavailable.ts';
import { PostgresConnection } from './postgres-connection.ts';

export type PoolOptions = { url: string; schema?: string; poolSize?: number; connectTimeoutMs?: number };

const statementTimeoutMs = 60_000;
/** The server's own deadline comes first; this one is for a network that swallows its answer. */
const queryTimeoutMs = statementTimeoutMs + 5_000;
const idleInTransactionMs = 30_000;
const oldestVersion = 15;

/** Sessions of one PostgreSQL database: each connect and each query has a deadline, reads cannot write. */
export async function makePool(options: PoolOptions, log: DatabaseLog): Promise<Pool> {
  const { url, schema, poolSize = 10, connectTimeoutMs = 10_000 } = options;
  // Loaded here: a daemon on SQLite does not pay for it (engineering E20).
  const { default: pg } = await import('pg');
  const settings = ['default_transaction_read_only=on', ...(schema === undefined ? [] : [`search_path=${schema}`])];
  const pool = new pg.Pool({
    connectionString: url,
    max: poolSize,
    connectionTimeoutMillis: connectTimeoutMs,
    statement_timeout: statementTimeoutMs,
    query_timeout: queryTimeoutMs,
    idle_in_transaction_session_timeout: idleInTransactionMs,
    keepAlive: true,
    application_name: 'operations-center',
    // A write says itself that it writes.
    options: settings.map((setting) => `-c ${setting}`).join(' '),
    types: {
      getTypeParser: (oid, format) => (oid === pg.types.builtins.INT8 ? toNumber : pg.types.getTypeParser(oid, format)),
    },
  });
  pool.on('error', (error) => log.warn({ err: error }, 'an idle database session was lost'));
  // A session that ends between two queries of a write tells nobody else; the next query of it fails.
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}

function toNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`${text} does not fit a number`);
  return value;
}

/** Refuses a server that is too old or a database whose text is not UTF-8. */
export async function requireUsable(pool: Pool): Promise<void> {
  const client = await pool.connect().catch((error: unknown) => {
    throw toPostgresError(error);
  });
  try {
    const [seen] = await new PostgresConnection(client).rows<{ version: string; encoding: string }>(
      "select current_setting('server_version_num') as version, current_setting('server_encoding') as encoding",
      [],
    );
    const major = Math.floor(Number(seen?.version ?? 0) / 10_000);
    if (major < oldestVersion)
      throw new Error(`the server is PostgreSQL ${major}: ${oldestVersion} or newer is needed. Upgrade the server.`);
    if (seen?.encoding !== 'UTF8')
      throw new Error(
        `the database has the encoding ${seen?.encoding}: UTF8 is needed. Make it with: create database NAME encoding 'UTF8' template template0`,
      );
  } finally {
    client.release();
  }
}
