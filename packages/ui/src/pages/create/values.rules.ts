import { Refusal } from '../../data/api.ts';

/** What was filled in; what was left empty has its default. The daemon reads each text as the type of its variable. */
export const givenValues = (values: Readonly<Record<string, string>>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(values)
      .filter(([, value]) => value !== '')
      .map(([name, value]) => [name, readValue(value)]),
  );

/** Lists and maps are written as JSON, as defaults are. */
function readValue(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

type Problem = { variable?: string; message?: string };

/** What is wrong with which value, as the daemon says it. */
export function valueProblems(error: Error | null): Record<string, string> {
  const problems = error instanceof Refusal ? error.details['problems'] : undefined;
  if (!Array.isArray(problems)) return {};
  return Object.fromEntries(
    (problems as Problem[]).flatMap(({ variable, message }) =>
      variable === undefined || variable === '' ? [] : [[variable, message ?? 'is not right']],
    ),
  );
}
