import { CliFailure } from '../../failures/failure.ts';
import { explainProblems } from '../../failures/problems.ts';
import { readTextFile } from '../../read-file.ts';

/**
 * The file of values, as the daemon takes it. A number of which YAML would drop a part – `7.10`, `007`, `1_000` – is sent
 * as OC's clients send it, and told; large ones are sent as text, which is what becomes of them anyway.
 */
export async function readValuesFile(path: string, warn: (line: string) => void): Promise<Record<string, unknown>> {
  const { parseDocument } = await import('@operations-center/documents');
  const text = readTextFile(path);
  const parsed = parseDocument(text, path);
  if (!parsed.ok) throw explainProblems(parsed.problems, text);
  const { value, origin } = parsed.value;
  if (value === null) return {};
  if (typeof value !== 'object' || Array.isArray(value))
    throw new CliFailure({
      what: `${path}:1:1: a map of variables and values is expected here`,
      fix: 'Write one variable a line: "NAME: value".',
      code: 'wrong_type',
    });
  for (const [name, inner] of Object.entries(value)) {
    const written = origin.sourceOf([name]);
    if (typeof inner !== 'number' || written === undefined || written === String(inner)) continue;
    const line = origin.locate([name], 'value')?.line ?? 1;
    warn(`Warning: ${path}:${line}: ${name} is read as ${inner}; if it is text, put it in quotes`);
  }
  return plainNumbers(value) as Record<string, unknown>; // a map goes in and a map comes out
}

function plainNumbers(value: unknown): unknown {
  if (typeof value === 'bigint') return String(value);
  if (Array.isArray(value)) return value.map(plainNumbers);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plainNumbers(inner)]));
}
