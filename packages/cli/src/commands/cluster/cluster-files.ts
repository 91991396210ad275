import type { Checked, Problem } from '@operations-center/documents';
import { exactNumbers } from '../../exact-numbers.ts';
import { CliFailure } from '../../failures/failure.ts';
import { explainProblems } from '../../failures/problems.ts';
import { readTextFile } from '../../read-document.ts';

type Warn = (line: string) => void;

/** The services file as the daemon takes it, checked here so that a mistake is shown with its line. */
export async function readServicesFile(path: string, allowUnknown: boolean, warn: Warn) {
  const { normaliseServices, parseDocument } = await import('@operations-center/documents');
  return readChecked(path, warn, (text) => {
    const parsed = parseDocument(text, path);
    if (!parsed.ok) return parsed;
    const { value, origin } = parsed.value;
    return keep(value, parsed.warnings, normaliseServices(value, origin, { allowUnknown }));
  });
}

/** The application file – a preseed of Incus – in the same way. */
export async function readApplicationFile(path: string, warn: Warn) {
  const { normalisePreseed, parseDocument } = await import('@operations-center/documents');
  return readChecked(path, warn, (text) => {
    const parsed = parseDocument(text, path);
    if (!parsed.ok) return parsed;
    const { value, origin } = parsed.value;
    return keep(value, parsed.warnings, normalisePreseed(value, origin));
  });
}

/** What is sent is what was written; the check only says whether it is right. */
const keep = (value: unknown, warnings: Problem[], checked: Checked<unknown>): Checked<unknown> =>
  checked.ok
    ? { ok: true, value, warnings: [...warnings, ...checked.warnings] }
    : { ...checked, warnings: [...warnings, ...checked.warnings] };

async function readChecked(
  path: string,
  warn: Warn,
  check: (text: string) => Checked<unknown>,
): Promise<Record<string, unknown>> {
  if (path === '') return {};
  const text = readTextFile(path);
  const { formatProblem } = await import('@operations-center/documents');
  const checked = check(text);
  for (const warning of checked.warnings) warn(`Warning: ${formatProblem(warning)}`);
  if (!checked.ok) throw explainProblems(checked.problems, text);
  const value = exactNumbers(checked.value ?? {});
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw new CliFailure({ what: `${path}:1:1: a map of keys and values is expected here`, code: 'wrong_type' });
}
