import { readFileSync } from 'node:fs';
import { CliFailure } from './failures/failure.ts';
import { explainProblems } from './failures/problems.ts';

/** Reads a YAML or JSON file whose top is a map. Throws a CliFailure with file, line and column. */
export function readDocumentFile(path: string): Promise<Record<string, unknown>> {
  return readDocument(path, readTextFile(path));
}

export async function readDocument(name: string, text: string): Promise<Record<string, unknown>> {
  const { parseDocument } = await import('@operations-center/documents');
  const parsed = parseDocument(text, name);
  if (!parsed.ok) throw explainProblems(parsed.problems, text);
  const { value } = parsed.value;
  if (value === null) return {}; // an empty file says nothing, as in OC
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw new CliFailure({
      what: `${name}:1:1: a map of keys and values is expected here`,
      why: Array.isArray(value) ? 'This is a list.' : 'This is a single value.',
      code: 'wrong_type',
    });
  }
  return { ...value };
}

export function readTextFile(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const why: Record<string, string> = {
      ENOENT: 'There is no such file.',
      EACCES: 'It may not be read by this user.',
      EISDIR: 'It is a folder.',
    };
    throw new CliFailure(
      { what: `${path} cannot be read`, why: why[code] ?? String(error), code: 'file_unreadable' },
      error,
    );
  }
}
