import { CliFailure } from './failures/failure.ts';
import { explainProblems } from './failures/problems.ts';
import { readTextFile } from './read-file.ts';

/** Reads a YAML or JSON file whose top is a map. Throws a CliFailure with file, line and column. */
export function readDocumentFile(path: string): Promise<Record<string, unknown>> {
  return readDocument(path, readTextFile(path));
}

/** `keys`: what may stand at its top; anything else is refused at its place. */
export async function readDocument(
  name: string,
  text: string,
  keys?: readonly string[],
): Promise<Record<string, unknown>> {
  const { nearestWord, parseDocument } = await import('@operations-center/documents');
  const parsed = parseDocument(text, name);
  if (!parsed.ok) throw explainProblems(parsed.problems, text);
  const { value, origin } = parsed.value;
  if (value === null) return {}; // an empty file says nothing, as in OC
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw new CliFailure({
      what: `${name}:1:1: a map of keys and values is expected here`,
      why: Array.isArray(value) ? 'This is a list.' : 'This is a single value.',
      fix: 'Write keys and values: "key: value", one a line.',
      code: 'wrong_type',
    });
  }
  const unknown = Object.keys(value).filter((key) => keys !== undefined && !keys.includes(key));
  if (unknown.length === 0) return { ...value };
  const problems = unknown.map((key) => {
    const suggestion = nearestWord(key, keys ?? []);
    const { line = null, column = null } = origin.locate([key], 'key') ?? {};
    const said = suggestion === undefined ? {} : { suggestion };
    return { code: 'unknown_key', message: 'there is no such key', path: key, file: name, line, column, ...said };
  });
  throw explainProblems(problems, text);
}
