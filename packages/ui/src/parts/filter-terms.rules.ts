/** `cluster == "far"`, as a facet writes it. */
export const termOf = (field: string, value: string): string => `${field} == ${JSON.stringify(value)}`;

const tokens = /"(?:\\.|[^"\\])*"?|'(?:\\.|[^'\\])*'?|`[^`]*`?|\s+and\s+|\w+|[\s\S]/g;

/** The terms between the outermost `and`s, and what stands outside of all brackets and texts. */
function readTerms(filter: string): { terms: string[]; surface: string } {
  const terms = [''];
  let [depth, surface] = [0, ''];
  for (const [token] of filter.matchAll(tokens)) {
    if ('([{'.includes(token)) depth += 1;
    if (')]}'.includes(token)) depth -= 1;
    if (depth === 0 && /^\s+and\s+$/.test(token)) terms.push('');
    else terms[terms.length - 1] += token;
    if (depth === 0 && !/^["'`]/.test(token)) surface += token;
  }
  return { terms: terms.map((term) => term.trim()).filter((term) => term !== ''), surface };
}

/** Binds less than `and`, so that a term behind it would belong to a part only. */
const isLoose = (surface: string): boolean => /\b(?:or|if|let)\b|\|\||\?|;/.test(surface);

export function hasTerm(filter: string, term: string): boolean {
  const { terms, surface } = readTerms(filter);
  return !isLoose(surface) && terms.includes(term);
}

/** Adds the term, or takes it out if it is there. What a person wrote stays as it is; with an `or` in it, in brackets. */
export function toggleTerm(filter: string, term: string): string {
  const text = filter.trim();
  if (text === '') return term;
  const { terms, surface } = readTerms(text);
  if (isLoose(surface)) return `(${text}) and ${term}`;
  return (terms.includes(term) ? terms.filter((one) => one !== term) : [...terms, term]).join(' and ');
}
