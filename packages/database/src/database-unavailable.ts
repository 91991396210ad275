/**
 * The database cannot be used at this moment: no connection, no free session, a full disk, a lock held too long. Nothing
 * is wrong with the question; the same one may be answered later. Whether a write that met it was kept is not known.
 */
export class DatabaseUnavailable extends Error {
  readonly code = 'database_unavailable';
  constructor(reason: string, cause?: unknown) {
    super(`the database cannot be used now: ${reason}`, { cause });
    this.name = 'DatabaseUnavailable';
  }
}

/** Serialization failure, deadlock. */
const races = ['40001', '40P01'];
/** A row that another write has just inserted: run again, the body finds that row. */
const duplicate = '23505';

const hasCode = (error: unknown, codes: readonly string[]): boolean =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && codes.includes(error.code);

/** The write lost against another one, and is worth to be run again at once. */
export const isLostRace = (error: unknown): boolean => hasCode(error, [...races, duplicate]);

/** What a body throws by no fault of its own: the same write may succeed when it is begun again later. */
export const isPassing = (error: unknown): boolean => error instanceof DatabaseUnavailable || hasCode(error, races);

/** A text that the database cannot hold: it has the character NUL in it. */
export class TextRefused extends Error {
  readonly code = 'text_refused';
  constructor(cause: unknown) {
    super('a text with the character NUL cannot be kept', { cause });
    this.name = 'TextRefused';
  }
}

/** Classes and codes of PostgreSQL that tell of the server, the session or the disk, not of the statement. */
const sqlStates = /^(?:08...|53...|55P03|57014|57P0[1-5]|58...|25P03|XX00[12])$/;
const systemErrors = /^(?:ECONN\w+|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|ENOENT|EACCES)$/;
/** What the driver says without any code. */
const driverTexts =
  /timeout exceeded when trying to connect|Connection terminated|Client has encountered a connection error|Query read timeout|not queryable/;

/** The error as it is, or, if it tells of the database and not of the statement, as `DatabaseUnavailable`. */
export function toPostgresError(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof DatabaseUnavailable) return error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (code === '22021') return new TextRefused(error);
  if (sqlStates.test(code) || systemErrors.test(code) || driverTexts.test(error.message))
    return new DatabaseUnavailable(reasonOf(error, code), error);
  return error;
}

/** Result codes of SQLite: busy, locked, read-only file, I/O error, full, cannot open. */
const sqliteCodes = new Set([5, 6, 8, 10, 13, 14]);

export function toSqliteError(error: unknown): unknown {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return error;
  return sqliteCodes.has(error.errcode & 0xff) ? new DatabaseUnavailable(error.message, error) : error;
}

function reasonOf(error: Error, code: string): string {
  // An attempt at several addresses at once is told by the driver without words.
  const text = error.message === '' ? 'no connection' : error.message;
  return code === '' || text.includes(code) ? text : `${text} (${code})`;
}
