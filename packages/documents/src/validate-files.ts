import { parsePreseed } from './preseed.ts';
import type { Problem } from './problem.ts';
import { parseServices } from './services-config.ts';

/** A text, and what it is called in what is told of it. */
export type GivenFile = { name: string; text: string };
export type Verdict = { valid: boolean; problems: Problem[]; warnings: Problem[] };

/** All that can be said of the two files of a cluster with nobody to ask: strictly, all at once, from top to bottom. */
export function validateFiles(
  files: { services?: GivenFile | undefined; application?: GivenFile | undefined },
  { allowUnknown, nowMs }: { allowUnknown: boolean; nowMs: number },
): Verdict {
  const { services, application } = files;
  const strictly = { strict: true, allowUnknown };
  const checked = [
    services && parseServices(services.text, services.name, strictly),
    application && parsePreseed(application.text, application.name, { ...strictly, alone: { nowMs } }),
  ].filter((one) => one !== undefined);
  const problems = checked.flatMap((one) => (one.ok ? [] : one.problems.sort(byPlace)));
  return { valid: problems.length === 0, problems, warnings: checked.flatMap((one) => one.warnings.sort(byPlace)) };
}

const byPlace = (one: Problem, other: Problem): number =>
  (one.line ?? 0) - (other.line ?? 0) || (one.column ?? 0) - (other.column ?? 0);
