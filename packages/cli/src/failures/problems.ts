import { excerpt } from './excerpt.ts';
import { CliFailure } from './failure.ts';

/** What a check of a document found, here or in the daemon. */
export type DocumentProblem = {
  code: string;
  message: string;
  path: string;
  file: string | null;
  line: number | null;
  column: number | null;
  suggestion?: string;
  remedy?: string;
};

const shownAtMost = 5;
const correct = 'Correct it there, then try again.';

const fixOf = ({ suggestion, remedy }: DocumentProblem): string =>
  suggestion === undefined ? (remedy ?? correct) : `Did you mean "${suggestion}"?`;

/** The first problem with its lines, the others one line each: a person mends them all at once. */
export function explainProblems(problems: readonly DocumentProblem[], text: string): CliFailure {
  const [first, ...rest] = problems;
  if (first === undefined)
    return new CliFailure({ what: 'the document is not valid', fix: correct, code: 'document_invalid' });
  const others = rest.slice(0, shownAtMost - 1).map((problem) => `Also ${oneLine(problem)}`);
  if (rest.length >= shownAtMost) others.push(`and ${rest.length - shownAtMost + 1} more`);
  const where =
    first.line === null || first.column === null
      ? undefined
      : excerpt({ text, line: first.line, column: first.column, note: '' });
  return new CliFailure({
    what: oneLine(first),
    ...(where === undefined ? {} : { where }),
    ...(others.length === 0 ? {} : { why: others.join('\n') }),
    fix: fixOf(first),
    code: first.code,
  });
}

function oneLine(problem: DocumentProblem): string {
  const place = [problem.file, problem.line, problem.column].filter((part) => part !== null).join(':');
  return [place, problem.path, problem.message].filter((part) => part !== '').join(': ');
}
