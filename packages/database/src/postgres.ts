import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import type { Pool, PoolClient } from 'pg';
import { type KyselyParts, makeBodyTransaction, makeKysely, postgresParts } from './body-transaction.ts';
import type { Database, DatabaseLog, Migration, SqlValue, Tx, WriteOptions } from './database.ts';
import { isLostRace, toPostgresError } from './database-unavailable.ts';
import { nowMsText } from './dialect.ts';
import { slowBodyMs } from './group-commit.ts';
import { createMigrationTable, planMigrations } from './migrations.ts';
import { PostgresConnection } from './postgres-connection.ts';
import { makePool, requireUsable } from './postgres-pool.ts';
import { assertOutsideTransaction, type BodyMark, runMarked, tellCommitted } from './transaction-misuse.ts';

export type PostgresOptions = {
  /** `postgres://user@host/database`. */
  url: string;
  migrations: readonly Migration[];
  /** Its tables have a schema of their own, made if it is missing. Default: PostgreSQL's own choice, `public`. */
  schema?: string;
  /** Sessions at most. Default 10. */
  poolSize?: number;
  /** How long a connect, or a wait for a free session, may take. Default 10,000. */
  connectTimeoutMs?: number;
  log?: DatabaseLog;
  /** Called before a database that is in use is migrated, in the transaction that does it; what it throws prevents it. */
  beforeUpgrade?(tx: Tx<unknown>, next: string): Promise<void>;
};

/** A write that lost against others is begun again this often in all. */
const writeTries = 12;
/** After so many losses it waits in line with the others that lost, so that one of them always gets on. */
const freeTries = 2;

const silentLog: DatabaseLog = { info: () => {}, warn: () => {} };

/**
 * Opens a PostgreSQL database (15 or newer), migrated; several daemons may do so at once. `write` is a serializable
 * transaction, so that a body may decide by what it reads, as on SQLite, where bodies follow each other; one that loses
 * against another is run again. Throws `NewerSchema` if a newer program wrote it.
 */
export async function openPostgres<Schema>(options: PostgresOptions): Promise<Database<Schema>> {
  const { log = silentLog } = options;
  const pool = await makePool(options, log);
  try {
    await requireUsable(pool);
    await migrate(pool, options, log);
  } catch (error) {
    await pool.end();
    throw error;
  }
  return makeDatabase<Schema>(pool, postgresParts(), log);
}

function makeDatabase<Schema>(pool: Pool, parts: KyselyParts, log: DatabaseLog): Database<Schema> {
  let ended: Promise<void> | undefined;
  const inFlight = new Set<Promise<unknown>>();
  const lane = makeLane();

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
    const client = await connect(pool);
    try {
      return await use(new PostgresConnection(client));
    } finally {
      client.release();
    }
  }

  const rows = <Row>(text: string, parameters: readonly SqlValue[] = []): Promise<Row[]> =>
    withConnection((connection) => connection.rows<Row>(text, parameters));

  type Write<T> = WriteOptions & { name: string; body: (tx: Tx<Schema>) => Promise<T> };

  async function write<T>(name: string, body: Write<T>['body'], options: WriteOptions = {}): Promise<T> {
    assertUsable(`the write "${name}"`);
    return track(writeUntilWon({ name, body, ...options }));
  }

  async function writeUntilWon<T>(wanted: Write<T>): Promise<T> {
    for (let tries = 1; ; tries += 1) {
      try {
        const isFree = tries <= freeTries && wanted.inLine !== true;
        return await (isFree ? writeOnce(wanted, false) : lane.take(() => writeOnce(wanted, true)));
      } catch (error) {
        if (tries >= writeTries || !isLostRace(error)) throw error;
        await pause(2 * tries * (1 + Math.random()));
      }
    }
  }

  async function writeOnce<T>({ name, body, locksFirst }: Write<T>, inLine: boolean): Promise<T> {
    const mark: BodyMark = { name, open: true, afterCommit: [] };
    const isolation = locksFirst === true ? 'read committed' : 'serializable';
    const begin = { text: `begin isolation level ${isolation} read write`, inLine };
    const result = await inTransaction(pool, begin, async (connection) => {
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

/** `inLine`: alone among those of all daemons that are in line too; the lock is taken before the transaction looks. */
type Begin = { text: string; inLine: boolean };

async function inTransaction<T>(
  pool: Pool,
  { text, inLine }: Begin,
  body: (connection: PostgresConnection) => Promise<T>,
): Promise<T> {
  const client = await connect(pool);
  const connection = new PostgresConnection(client);
  let broken: Error | undefined;
  try {
    if (inLine) await connection.control(`select pg_advisory_lock(${lineLock})`);
    await connection.control(text);
    const result = await body(connection);
    await connection.control('commit');
    return result;
  } catch (error) {
    broken = await tryControl(connection, 'rollback');
    throw error;
  } finally {
    if (inLine) broken ??= await tryControl(connection, `select pg_advisory_unlock(${lineLock})`);
    // A session that cannot even roll back is thrown away.
    client.release(broken);
  }
}

/** Lets one of this process through at a time: those that wait must not hold sessions. */
function makeLane(): { take<T>(work: () => Promise<T>): Promise<T> } {
  let last: Promise<unknown> = Promise.resolve();
  return {
    take(work) {
      const mine = last.then(work);
      last = mine.catch(() => undefined);
      return mine;
    },
  };
}

const connect = (pool: Pool): Promise<PoolClient> =>
  pool.connect().catch((error: unknown) => {
    throw toPostgresError(error);
  });

async function tryControl(connection: PostgresConnection, text: string): Promise<Error | undefined> {
  try {
    await connection.control(text);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** Any numbers that are ours alone: daemons that start together migrate one after the other. */
const migrationLock = 7_305_816_420;
const lineLock = 7_305_816_421;

async function migrate(
  pool: Pool,
  { migrations, schema, beforeUpgrade }: PostgresOptions,
  log: DatabaseLog,
): Promise<void> {
  const parts = postgresParts();
  let done = false;
  while (!done) {
    done = await inTransaction(pool, { text: 'begin read write', inLine: false }, async (connection) => {
      await connection.rows('select pg_advisory_xact_lock(?)', [migrationLock]);
      if (schema !== undefined) await connection.control(`create schema if not exists "${schema}"`);
      await connection.run(createMigrationTable.replace('name text', 'name text collate "C"'));
      const applied = await connection.rows<{ name: string }>('select name from schema_migrations', []);
      const [next] = planMigrations(
        migrations,
        applied.map(({ name }) => name),
        wayBack,
      );
      if (next === undefined) return true;
      const mark: BodyMark = { name: `migration ${next.name}`, open: true, afterCommit: [] };
      const tx = makeBodyTransaction<unknown>(parts, connection, connection, mark);
      if (applied.length > 0) await beforeUpgrade?.(tx, next.name);
      await next.up(tx, 'postgres');
      mark.open = false;
      await connection.run('insert into schema_migrations (name, applied_at) values (?, ?)', [next.name, Date.now()]);
      log.info({ migration: next.name }, 'the database was migrated');
      return false;
    });
  }
}

const wayBack = (firstUnknown: string): string =>
  `Start the newer program again, or restore a dump made before ${firstUnknown} (what was written since is lost).`;
