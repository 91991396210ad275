import type { EndState } from './end-state.ts';
import { type Explanation, explanationOf } from './explanations.ts';

/** The comparison as people read it: every question, equal or not, and each difference with its reason. */
export function comparisonText({ questions, differences }: EndState, explanations: readonly Explanation[]): string {
  const lines = questions.flatMap((question) => {
    const found = differences.filter(({ exchange }) => exchange === question);
    if (found.length === 0) return [`equal      ${question}`];
    const reasons = found.map((difference) => {
      const known = explanationOf(difference, explanations);
      // Names of a run stand in places; the explanation says the same without them.
      return known === undefined ? `${difference.at}: UNEXPLAINED` : `${known.at.replaceAll('$', '')}: ${known.why}`;
    });
    return [`different  ${question}`, ...[...new Set(reasons)].map((reason) => `             ${reason}`)];
  });
  const different = questions.filter((question) => differences.some(({ exchange }) => exchange === question));
  const equal = `${questions.length - different.length} of ${questions.length} answers are equal`;
  return `${[`${equal}; the others differ as explained.`, '', ...lines].join('\n')}\n`;
}
