import { remedyOf } from './remedies.ts';

/** Keys and indexes from the top of a document: `['certificates', 0, 'certificate']`. */
export type Path = readonly (string | number)[];

/** Lines and columns count from 1; the end is the place behind the last character. */
export type Range = { line: number; column: number; end_line: number; end_column: number };

/** Something wrong, or worth knowing, at one place of a document. */
export type Problem = {
  /** Stable: `unknown_service`, `wrong_type`, `certificate_invalid`. */
  code: string;
  /** What and why, for a person; never quotes a secret. */
  message: string;
  /** `certificates[0].certificate`; empty for the whole document. */
  path: string;
  /** Null for a value that came without a file. */
  file: string | null;
  line: number | null;
  column: number | null;
  end_line: number | null;
  end_column: number | null;
  expected?: string;
  /** The nearest word that would have been right. */
  suggestion?: string;
  /** What to do about it. */
  remedy?: string;
};

/** The outcome of reading something: a value, or everything that is wrong with it at once. */
export type Checked<T> =
  | { ok: true; value: T; warnings: Problem[] }
  | { ok: false; problems: Problem[]; warnings: Problem[] };

export type Origin = {
  file: string | null;
  /** Where a value was read from; `part` tells whether the key or its value is at fault. */
  locate(path: Path, part: 'key' | 'value'): Range | undefined;
  /** How a scalar was written, if it was without quotes. */
  sourceOf(path: Path): string | undefined;
};

/** A value that came in a request: there is no file to point into. */
export const NO_FILE: Origin = { file: null, locate: () => undefined, sourceOf: () => undefined };

type Details = { expected?: string; suggestion?: string | undefined; remedy?: string; part?: 'key' | 'value' };

/** So many problems, and so many warnings, are told of one document. */
export const REPORT_LIMIT = 100;

/** Collects problems and warnings of one document, with their places. */
export class Report {
  readonly problems: Problem[] = [];
  readonly warnings: Problem[] = [];
  readonly #origin: Origin;

  constructor(origin: Origin) {
    this.#origin = origin;
  }

  get file(): string | null {
    return this.#origin.file;
  }

  /** How a scalar was written, if it was without quotes. */
  sourceOf(path: Path): string | undefined {
    return this.#origin.sourceOf(path);
  }

  problem(code: string, path: Path, message: string, details: Details = {}): void {
    this.#add(this.problems, code, path, message, details);
  }

  warn(code: string, path: Path, message: string, details: Details = {}): void {
    this.#add(this.warnings, code, path, message, details);
  }

  /** Nobody reads thousands of lines, and finding the place of each would take seconds. */
  #add(list: Problem[], code: string, path: Path, message: string, details: Details): void {
    if (list.length < REPORT_LIMIT) list.push(this.#at(code, path, message, details));
    else if (list.length === REPORT_LIMIT)
      list.push(this.#at('more_problems', [], `more than ${REPORT_LIMIT}; the others are not shown`, {}));
  }

  /** Something is wrong at exactly this place already: what follows from it need not be told. */
  blames(path: Path): boolean {
    const text = formatPath(path);
    return this.problems.some((problem) => problem.path === text);
  }

  /** What was found of a part that was read by itself; its places in the file are right already. */
  takeOver(at: Path, part: Checked<unknown>): void {
    const below = (problem: Problem): Problem => {
      const path = problem.path === '' || problem.path.startsWith('[') ? problem.path : `.${problem.path}`;
      return { ...problem, path: `${formatPath(at)}${path}` };
    };
    this.warnings.push(...part.warnings.map(below));
    if (!part.ok) this.problems.push(...part.problems.map(below));
  }

  /** The value if nothing is wrong. */
  close<T>(value: T): Checked<T> {
    const { problems, warnings } = this;
    return problems.length === 0 ? { ok: true, value, warnings } : { ok: false, problems, warnings };
  }

  #at(code: string, path: Path, message: string, details: Details): Problem {
    const range = this.#origin.locate(path, details.part ?? 'value');
    const { remedy = remedyOf(code) } = details;
    return {
      code,
      message: withoutKeys(message),
      path: withoutKeys(formatPath(path)),
      file: this.#origin.file,
      line: range?.line ?? null,
      column: range?.column ?? null,
      end_line: range?.end_line ?? null,
      end_column: range?.end_column ?? null,
      ...(details.expected === undefined ? {} : { expected: details.expected }),
      ...(details.suggestion === undefined ? {} : { suggestion: details.suggestion }),
      ...(remedy === undefined ? {} : { remedy }),
    };
  }
}

/** A private key that was pasted where a name belongs is not repeated either. */
export const withoutKeys = (text: string): string => text.replace(/-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----[\s\S]*/, '…');

/** `storage_pools[0].config["zfs.pool_name"]`. */
export function formatPath(path: Path): string {
  return path
    .map((part, index) => {
      if (typeof part === 'number') return `[${part}]`;
      if (!/^[\w-]+$/.test(part)) return `[${JSON.stringify(part)}]`;
      return index === 0 ? part : `.${part}`;
    })
    .join('');
}

/** One line for a terminal: `services.yaml:3:5: lvm.enabled: expected true or false`. */
export function formatProblem(problem: Problem): string {
  const place = [problem.file, problem.line, problem.column].filter((part) => part !== null).join(':');
  const help = problem.suggestion === undefined ? '' : ` (did you mean "${problem.suggestion}"?)`;
  return [place, problem.path, `${problem.message}${help}`].filter((part) => part !== '').join(': ');
}
