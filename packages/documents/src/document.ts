import { type Document, LineCounter, parseDocument as parseYaml, visit } from 'yaml';
import { isPlain, originOf, toRange } from './document-places.ts';
import { readPlainScalar } from './plain-scalar.ts';
import { type Checked, NO_FILE, type Origin, type Problem, type Range, Report, withoutKeys } from './problem.ts';
import { remedyOf } from './remedies.ts';

/** A document read from text: its value, and where each part of it stands. */
export type ParsedDocument = { value: unknown; origin: Origin };

/** A document larger than this is refused before it is parsed (the parser takes about 2 µs a byte). */
export const DOCUMENT_LIMIT_BYTES = 1024 * 1024;
/** Nothing we read is nested deeper than six levels. */
export const DEPTH_LIMIT = 64;
const ALIAS_LIMIT = 100;
const PROBLEM_LIMIT = 50;

/**
 * Reads YAML or JSON, scalars as Go does. Empty text is null. Integers that a JavaScript number cannot hold exactly come as bigint. All
 * syntax errors are told at once, with their places.
 */
export function parseDocument(text: string, file: string): Checked<ParsedDocument> {
  const size = Buffer.byteLength(text);
  if (size > DOCUMENT_LIMIT_BYTES) {
    return refuse(
      file,
      'document_too_large',
      `the document has ${size} bytes, at most ${DOCUMENT_LIMIT_BYTES} are read`,
    );
  }
  const lines = new LineCounter();
  const document = parseYaml(text.replace(/^\uFEFF/, ''), {
    lineCounter: lines,
    intAsBigInt: true,
    prettyErrors: false,
    logLevel: 'error',
    merge: true,
    uniqueKeys: true,
  });
  const origin = originOf(document, lines, file);
  const report = new Report(origin);
  if (document.errors.some((error) => error.code === 'RESOURCE_EXHAUSTION')) return tooDeep(report, origin);
  for (const error of document.errors.slice(0, PROBLEM_LIMIT)) {
    report.problems.push(syntaxProblem(file, toRange(lines, error.pos), error));
  }
  for (const warning of document.warnings)
    report.warnings.push(syntaxProblem(file, toRange(lines, warning.pos), warning));
  reportLostAliases(document, report, lines);
  if (report.problems.length > 0) return report.close({ value: null, origin });
  readAsGo(document);
  return readValue(document, origin, report);
}

function readValue(document: Document, origin: Origin, report: Report): Checked<ParsedDocument> {
  try {
    const value = withExactNumbers(document.toJS({ maxAliasCount: ALIAS_LIMIT }), 0);
    return report.close({ value, origin });
  } catch (error) {
    if (error instanceof TooDeep || error instanceof RangeError) return tooDeep(report, origin);
    // The only error left is the parser's own limit on what aliases unfold to.
    report.problem('too_many_aliases', [], 'the aliases (*name) of this document unfold to far too much');
    return report.close({ value: null, origin });
  }
}

function tooDeep(report: Report, origin: Origin): Checked<ParsedDocument> {
  report.problem('document_too_deep', [], `nested deeper than ${DEPTH_LIMIT} levels`);
  return report.close({ value: null, origin });
}

/** The parser reads YAML 1.2; what people send goes on as Go's decoder understood it. Keys are what is written. */
function readAsGo(document: Document): void {
  visit(document, {
    Scalar(place, scalar) {
      if (!isPlain(scalar) || scalar.source === undefined || scalar.source === '<<') return;
      scalar.value = place === 'key' ? scalar.source : readPlainScalar(scalar.source);
    },
  });
}

function reportLostAliases(document: Document, report: Report, lines: LineCounter): void {
  visit(document, {
    Alias(_, alias) {
      if (alias.resolve(document) !== undefined) return;
      const [start = 0, end = 0] = alias.range ?? [];
      const message = `the alias *${alias.source} leads nowhere`;
      report.problems.push({
        code: 'unknown_alias',
        message,
        path: '',
        file: report.file,
        ...remedied('unknown_alias'),
        ...toRange(lines, [start, end]),
      });
    },
  });
}

const refuse = (file: string, code: string, message: string): Checked<ParsedDocument> => {
  const origin = { ...NO_FILE, file };
  const report = new Report(origin);
  report.problem(code, [], message);
  return report.close({ value: null, origin });
};

const SYNTAX_CODES: Readonly<Record<string, string>> = {
  DUPLICATE_KEY: 'duplicate_key',
  MULTIPLE_DOCS: 'multiple_documents',
};
const SYNTAX_WORDS: Readonly<Record<string, string>> = {
  DUPLICATE_KEY: 'this key stands here twice',
  MULTIPLE_DOCS: 'a second document begins here (---); one file holds one document',
};

function syntaxProblem(file: string, at: Range, error: { code: string; message: string }): Problem {
  const message = withoutKeys(SYNTAX_WORDS[error.code] ?? error.message);
  const code = SYNTAX_CODES[error.code] ?? 'syntax_error';
  return { code, message, path: '', file, ...at, ...remedied(code) };
}

const remedied = (code: string): Pick<Problem, 'remedy'> => {
  const remedy = remedyOf(code);
  return remedy === undefined ? {} : { remedy };
};

class TooDeep extends Error {}

/** Integers were read as bigint; those a number holds exactly become numbers. */
function withExactNumbers(value: unknown, depth: number): unknown {
  if (depth > DEPTH_LIMIT) throw new TooDeep();
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  if (Array.isArray(value)) return value.map((item) => withExactNumbers(item, depth + 1));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withExactNumbers(item, depth + 1)]));
}
