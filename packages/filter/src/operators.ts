/** The higher, the closer it binds. */
export const precedence: Readonly<Record<string, number>> = {
  '|': 0,
  or: 10,
  '||': 10,
  and: 15,
  '&&': 15,
  '==': 20,
  '!=': 20,
  '<': 20,
  '>': 20,
  '>=': 20,
  '<=': 20,
  in: 20,
  matches: 20,
  contains: 20,
  startsWith: 20,
  endsWith: 20,
  '..': 25,
  '+': 30,
  '-': 30,
  '*': 60,
  '/': 60,
  '%': 60,
  '**': 100,
  '^': 100,
  '??': 500,
};
export const unary: Readonly<Record<string, { level: number; operator: 'not' | '-' | '+' }>> = {
  not: { level: 50, operator: 'not' },
  '!': { level: 50, operator: 'not' },
  '-': { level: 90, operator: '-' },
  '+': { level: 90, operator: '+' },
};
/** May have `not` before them: `not in`. */
export const negatable = new Set(['in', 'matches', 'contains', 'startsWith', 'endsWith']);
export const orderings = new Set(['<', '>', '<=', '>=']);
