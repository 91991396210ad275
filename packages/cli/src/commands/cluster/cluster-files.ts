import type { Checked } from '@operations-center/documents';
import { exactNumbers } from '../../exact-numbers.ts';
import { explainProblems } from '../../failures/problems.ts';
import { readTextFile } from '../../read-file.ts';

type Warn = (line: string) => void;
/** `builtIns`: built-in variables may stand where text or a number is meant. */
type Way = { allowUnknown: boolean; builtIns: boolean };

/** The services file as the daemon takes it, checked here so that a mistake is shown with its line. */
export async function readServicesFile(path: string, way: Way, warn: Warn) {
  const { writtenServices } = await import('@operations-center/documents');
  return readChecked(path, warn, (text) => writtenServices(text, path, { strict: true, ...way }));
}

/** What single servers get otherwise, in the same way. Whether the items are there is for the daemon to say. */
export async function readOverridesFile(path: string, way: Way & { servers?: readonly string[] }, warn: Warn) {
  const { writtenOverrides } = await import('@operations-center/documents');
  return readChecked(path, warn, (text) => writtenOverrides(text, path, { strict: true, ...way }));
}

/** The application file – a preseed of Incus – in the same way. */
export async function readApplicationFile(path: string, allowUnknown: boolean, warn: Warn) {
  const { writtenApplication } = await import('@operations-center/documents');
  return readChecked(path, warn, (text) => writtenApplication(text, path, { strict: true, allowUnknown }));
}

async function readChecked(
  path: string,
  warn: Warn,
  check: (text: string) => Checked<Record<string, unknown>>,
): Promise<Record<string, unknown>> {
  if (path === '') return {};
  const text = readTextFile(path);
  const { formatProblem } = await import('@operations-center/documents');
  const checked = check(text);
  for (const warning of checked.warnings) warn(`Warning: ${formatProblem(warning)}`);
  if (!checked.ok) throw explainProblems(checked.problems, text);
  // A map of maps stays one.
  return exactNumbers(checked.value) as Record<string, unknown>;
}
