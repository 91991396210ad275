import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument as parseYaml,
  visit,
  type YAMLMap,
} from 'yaml';
import { type Checked, type Origin, type Path, type Problem, Report } from './problem.ts';

/** A document read from text: its value, and where each part of it stands. */
export type ParsedDocument = { value: unknown; origin: Origin };

/** A document larger than this is refused before it is parsed (the parser takes about 2 µs a byte). */
export const DOCUMENT_LIMIT_BYTES = 1024 * 1024;
/** Nothing we read is nested deeper than six levels. */
export const DEPTH_LIMIT = 64;
const ALIAS_LIMIT = 100;
const PROBLEM_LIMIT = 50;

/**
 * Reads YAML or JSON. Empty text is null. Integers that a JavaScript number cannot hold exactly come as bigint. All
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
    report.problems.push(syntaxProblem(file, lines.linePos(error.pos[0]), error));
  }
  for (const warning of document.warnings)
    report.warnings.push(syntaxProblem(file, lines.linePos(warning.pos[0]), warning));
  reportLostAliases(document, report, (offset) => lines.linePos(offset));
  if (report.problems.length > 0) return report.close({ value: null, origin });
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

function reportLostAliases(
  document: Document,
  report: Report,
  place: (offset: number) => { line: number; col: number },
): void {
  visit(document, {
    Alias(_, alias) {
      if (alias.resolve(document) !== undefined) return;
      const { line, col } = place(alias.range?.[0] ?? 0);
      const message = `the alias *${alias.source} leads nowhere`;
      report.problems.push({ code: 'unknown_alias', message, path: '', file: report.file, line, column: col });
    },
  });
}

const refuse = (file: string, code: string, message: string): Checked<ParsedDocument> => {
  const report = new Report({ file, locate: () => undefined });
  report.problem(code, [], message);
  return report.close({ value: null, origin: { file, locate: () => undefined } });
};

const SYNTAX_CODES: Readonly<Record<string, string>> = {
  DUPLICATE_KEY: 'duplicate_key',
  MULTIPLE_DOCS: 'multiple_documents',
};
const SYNTAX_WORDS: Readonly<Record<string, string>> = {
  DUPLICATE_KEY: 'this key stands here twice',
  MULTIPLE_DOCS: 'a second document begins here (---); one file holds one document',
};

function syntaxProblem(
  file: string,
  at: { line: number; col: number },
  error: { code: string; message: string },
): Problem {
  const message = SYNTAX_WORDS[error.code] ?? error.message;
  return { code: SYNTAX_CODES[error.code] ?? 'syntax_error', message, path: '', file, line: at.line, column: at.col };
}

class TooDeep extends Error {}

/** Integers were read as bigint; those a number holds exactly become numbers. */
function withExactNumbers(value: unknown, depth: number): unknown {
  if (depth > DEPTH_LIMIT) throw new TooDeep();
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  if (Array.isArray(value)) return value.map((item) => withExactNumbers(item, depth + 1));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withExactNumbers(item, depth + 1)]));
}

function originOf(document: Document, lines: LineCounter, file: string): Origin {
  return {
    file,
    locate(path, part) {
      const offset = offsetOf(document, path, part);
      if (offset === undefined) return undefined;
      const { line, col } = lines.linePos(offset);
      return { line, column: col };
    },
  };
}

/** Where a path stands; where it ends early, its last part that exists. */
function offsetOf(document: Document, path: Path, part: 'key' | 'value'): number | undefined {
  let node: unknown = document.contents;
  let found = startOf(node);
  for (const [index, step] of path.entries()) {
    if (isAlias(node)) node = node.resolve(document);
    if (isSeq(node) && typeof step === 'number') node = node.items[step];
    else if (isMap(node)) {
      const pair = pairOf(node, String(step));
      if (pair === undefined) return found;
      const isLast = index === path.length - 1;
      found = (isLast && part === 'key' ? startOf(pair.key) : (startOf(pair.value) ?? startOf(pair.key))) ?? found;
      node = pair.value;
      continue;
    } else return found;
    found = startOf(node) ?? found;
  }
  return found;
}

const pairOf = (map: YAMLMap, key: string) =>
  map.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === key);

const startOf = (node: unknown): number | undefined => (isNode(node) ? node.range?.[0] : undefined);
