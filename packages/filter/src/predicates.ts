type Form = 'value' | 'predicate';

/** Functions that ask something of each element, and which of their arguments does so. */
export const predicateForms: Readonly<Record<string, readonly Form[]>> = {
  all: ['value', 'predicate'],
  none: ['value', 'predicate'],
  any: ['value', 'predicate'],
  one: ['value', 'predicate'],
  filter: ['value', 'predicate'],
  map: ['value', 'predicate'],
  count: ['value', 'predicate'],
  sum: ['value', 'predicate'],
  find: ['value', 'predicate'],
  findIndex: ['value', 'predicate'],
  findLast: ['value', 'predicate'],
  findLastIndex: ['value', 'predicate'],
  groupBy: ['value', 'predicate'],
  sortBy: ['value', 'predicate', 'value'],
  reduce: ['value', 'predicate', 'value'],
};
