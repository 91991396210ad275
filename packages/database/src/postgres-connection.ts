import { createHash } from 'node:crypto';
import type { CompiledQuery, DatabaseConnection, QueryResult } from 'kysely';
import type { ClientBase, QueryResultRow } from 'pg';
import type { PreparedConnection } from './body-transaction.ts';
import type { SqlValue } from './database.ts';
import { toPostgresError } from './database-unavailable.ts';
import { toNumberedParameters } from './dialect.ts';
import { checkParameters } from './sql-value.ts';

const names = new Map<string, string>();

/** A named query is prepared once a session. Texts are constants; beyond this many something builds SQL from values. */
const namedTexts = 1_000;

function nameOf(text: string): { name: string } | undefined {
  const known = names.get(text);
  if (known !== undefined) return { name: known };
  if (names.size >= namedTexts) return undefined;
  const name = createHash('sha256').update(text).digest('base64url').slice(0, 32);
  names.set(text, name);
  return { name };
}

/** One session of the pool while a query or a write uses it. */
export class PostgresConnection implements DatabaseConnection, PreparedConnection {
  readonly #client: ClientBase;

  constructor(client: ClientBase) {
    this.#client = client;
  }

  async rows<Row>(text: string, parameters: readonly SqlValue[]): Promise<Row[]> {
    const { rows } = await this.#query(toNumberedParameters(text), parameters);
    return rows as Row[]; // the caller names the columns it asked for
  }

  async run(text: string, parameters: readonly SqlValue[] = []): Promise<number> {
    const { rowCount } = await this.#query(toNumberedParameters(text), parameters);
    return rowCount ?? 0;
  }

  async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    const { rows, rowCount, command } = await this.#query(sql, parameters);
    const result = { rows: rows as R[] }; // Kysely's types say what the query returns
    return changing.has(command) ? { ...result, numAffectedRows: BigInt(rowCount ?? 0) } : result;
  }

  // biome-ignore lint: Kysely's interface asks for an async generator
  async *streamQuery<R>(query: CompiledQuery): AsyncIterableIterator<QueryResult<R>> {
    yield await this.executeQuery<R>(query);
  }

  /** `begin`, `commit` …: not prepared. */
  async control(text: string): Promise<void> {
    await this.#client.query(text).catch(raise);
  }

  #query(text: string, parameters: readonly unknown[]) {
    const values = checkParameters(parameters, text).map(toBytes);
    return this.#client.query<QueryResultRow>({ ...nameOf(text), text, values }).catch(raise);
  }
}

function raise(error: unknown): never {
  throw toPostgresError(error);
}

const changing = new Set(['INSERT', 'UPDATE', 'DELETE', 'MERGE']);

/** The driver knows Buffers, and would send another Uint8Array as text. */
const toBytes = (value: SqlValue): SqlValue =>
  value instanceof Uint8Array ? Buffer.from(value.buffer, value.byteOffset, value.byteLength) : value;
