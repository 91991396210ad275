/** The words between two fields, as people use them. */
const operators = ['==', '!=', 'contains', 'startsWith', 'endsWith', 'matches', 'in'];
const most = 12;

/**
 * What may come next: a field where one begins, an operator behind a field, `and`/`or` behind a value. Each is the whole
 * text with it.
 */
export function completeFilter(text: string, fields: readonly string[]): string[] {
  const [, before = '', word = ''] = /^(.*?)([\w.]*)$/s.exec(text) ?? [];
  if (isInString(before)) return [];
  const last = /(\S+)\s+$/.exec(before)?.[1] ?? '';
  const options = optionsAfter(last, before, fields);
  return options
    .filter((option) => option !== word && option.startsWith(word))
    .slice(0, most)
    .map((option) => before + option);
}

function optionsAfter(last: string, before: string, fields: readonly string[]): readonly string[] {
  if (before.trim() === '' || /^(?:and|or|not|\(|&&|\|\||!)$/.test(last) || /[(!]$/.test(before)) return fields;
  if (fields.includes(last)) return operators;
  return /["'\])\d]$/.test(last) ? ['and', 'or'] : [];
}

const isInString = (text: string): boolean => (text.match(/(?<!\\)"/g)?.length ?? 0) % 2 === 1;
