import type { Range } from './mistake.ts';

export type Token = Range & {
  kind: 'name' | 'number' | 'string' | 'operator' | 'bracket' | 'end';
  /** As written; of a string, what it says. */
  text: string;
};
