import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import type { Pool, PoolClient } from 'pg';
import { type KyselyParts, makeBodyTransaction, makeKysely, postgresParts } from './body-transaction.ts';
import type { Database, DatabaseLog, Migration, SqlValue, Tx } from './database.ts';
import { nowMsText } from './dialect.ts';
import { slowBodyMs } from './group-commit.ts';
import { createMigrationTable, planMigrations } from './migrations.ts';
import { PostgresConnection } from './postgres-connection.ts';
import { assertOutsideTransaction, type BodyMark, runMarked, tellCommitted } from './transaction-misuse.ts';

export type PostgresOptions = {
  /** `postgres://user@host/database`. */
  url: string;
  migrations: readonly Migration[];
  /** Sessions at most. Default 10. */
  poolSize?: number;
  log?: DatabaseLog;
};

const connectTimeoutMs = 10_000;
const statementTimeoutMs = 60_000;
const idleInTransactionMs = 30_000;
/** A write that lost against others (serialization failure, deadlock) is begun again this often in all. */
const writeTries = 5;

const silentLog: DatabaseLog = { info: () => {}, warn: () => {} };

/**
 * Opens a PostgreSQL database (15 or newer), migrated; several daemons may do so at once. `write` is a read-committed
 * transaction: lock the rows you decide by. Throws `NewerSchema` if a newer program wrote it.
 */
export async function openPostgres<Schema>(options: PostgresOptions): Promise<Database<Schema>> {
  const { log = silentLog } = options;
  const pool = await makePool(options, log);
  try {
    await migrate(pool, options.migrations, log);
  } catch (error) {
    await pool.end();
    throw error;
  }
  return makeDatabase<Schema>(pool, postgresParts(), log);
}

async function makePool({ url, poolSize = 10 }: PostgresOptions, log: DatabaseLog): Promise<Pool> {
  // Loaded here: a daemon on SQLite does not pay for it (engineering E20).
  const { default: pg } = await import('pg');
  const pool = new pg.Pool({
    connectionString: url,
    max: poolSize,
    connectionTimeoutMillis: connectTimeoutMs,
    statement_timeout: statementTimeoutMs,
    idle_in_transaction_session_timeout: idleInTransactionMs,
    // Reads cannot write; a write says so itself.
    options: '-c default_transaction_read_only=on',
    types: {
      getTypeParser: (oid, format) => (oid === pg.types.builtins.INT8 ? toNumber : pg.types.getTypeParser(oid, format)),
    },
  });
  pool.on('error', (error) => log.warn({ err: error }, 'an idle database session was lost'));
  return pool;
}

function toNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`${text} does not fit a number`);
  return value;
}

function makeDatabase<Schema>(pool: Pool, parts: KyselyParts, log: DatabaseLog): Database<Schema> {
  let ended: Promise<void> | undefined;
  const inFlight = new Set<Promise<unknown>>();

  /** What runs when the database is closed may still end: the pool would forget those that wait for a session. */
  function track<T>(work: Promise<T>): Promise<T> {
    inFlight.add(work);
    const forget = (): void => void inFlight.delete(work);
    work.then(forget, forget);
    return work;
  }

  async function close(): Promise<void> {
    await Promise.allSettled(inFlight);
    await pool.end();
  }

  function assertUsable(what: string): void {
    assertOutsideTransaction(what);
    if (ended !== undefined) throw new Error(`${what}: the database is closed`);
  }

  async function withConnection<T>(use: (connection: PostgresConnection) => Promise<T>): Promise<T> {
    assertUsable('a read');
    return track(useConnection(use));
  }

  async function useConnection<T>(use: (connection: PostgresConnection) => Promise<T>): Promise<T> {
    const client = await pool.connect();
    try {
      return await use(new PostgresConnection(client));
    } finally {
      client.release();
    }
  }

  const rows = <Row>(text: string, parameters: readonly SqlValue[] = []): Promise<Row[]> =>
    withConnection((connection) => connection.rows<Row>(text, parameters));

  async function write<T>(name: string, body: (tx: Tx<Schema>) => Promise<T>): Promise<T> {
    assertUsable(`the write "${name}"`);
    return track(writeUntilWon(name, body));
  }

  async function writeUntilWon<T>(name: string, body: (tx: Tx<Schema>) => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await writeOnce(name, body);
      } catch (error) {
        if (tries >= writeTries || !isLostRace(error)) throw error;
        await pause(5 * tries * (1 + Math.random()));
      }
    }
  }

  async function writeOnce<T>(name: string, body: (tx: Tx<Schema>) => Promise<T>): Promise<T> {
    const mark: BodyMark = { name, open: true, afterCommit: [] };
    const result = await inTransaction(pool, async (connection) => {
      const startedMs = performance.now();
      try {
        const tx = makeBodyTransaction<Schema>(parts, connection, connection, mark);
        return await runMarked(mark, async () => body(tx));
      } finally {
        mark.open = false;
        const tookMs = performance.now() - startedMs;
        if (tookMs > slowBodyMs) log.warn({ write: name, took_ms: Math.round(tookMs) }, 'a write body was slow');
      }
    });
    tellCommitted(mark, log);
    return result;
  }

  async function nowMs(): Promise<number> {
    const [row] = await rows<{ now: number }>(`select ${nowMsText('postgres')} as now`);
    if (row === undefined) throw new Error('the database tells no time');
    return row.now;
  }

  return {
    dialect: 'postgres',
    read: makeKysely<Schema>(parts, withConnection),
    rows,
    write,
    nowMs,
    close: () => (ended ??= close()),
  };
}

async function inTransaction<T>(pool: Pool, body: (connection: PostgresConnection) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('begin read write');
    const result = await body(new PostgresConnection(client));
    await client.query('commit');
    return result;
  } catch (error) {
    broken = await rollBack(client);
    throw error;
  } finally {
    // A session that cannot even roll back is thrown away.
    client.release(broken);
  }
}

async function rollBack(client: PoolClient): Promise<Error | undefined> {
  try {
    await client.query('rollback');
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

const isLostRace = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === '40001' || error.code === '40P01');

/** Any number that is ours alone: daemons that start together migrate one after the other. */
const migrationLock = 7_305_816_420;

async function migrate(pool: Pool, migrations: readonly Migration[], log: DatabaseLog): Promise<void> {
  const parts = postgresParts();
  let done = false;
  while (!done) {
    done = await inTransaction(pool, async (connection) => {
      await connection.rows('select pg_advisory_xact_lock(?)', [migrationLock]);
      await connection.run(createMigrationTable.replace('name text', 'name text collate "C"'));
      const applied = await connection.rows<{ name: string }>('select name from schema_migrations', []);
      const [next] = planMigrations(
        migrations,
        applied.map(({ name }) => name),
        wayBack,
      );
      if (next === undefined) return true;
      const mark: BodyMark = { name: `migration ${next.name}`, open: true, afterCommit: [] };
      await next.up(makeBodyTransaction<unknown>(parts, connection, connection, mark), 'postgres');
      mark.open = false;
      await connection.run('insert into schema_migrations (name, applied_at) values (?, ?)', [next.name, Date.now()]);
      log.info({ migration: next.name }, 'the database was migrated');
      return false;
    });
  }
}

const wayBack = (firstUnknown: string): string =>
  `Start the newer program again, or restore a dump made before ${firstUnknown} (what was written since is lost).`;
