import type { Report } from '../problem.ts';

/** How a document is read: what is wrong goes into the report, and something always comes back. */
export type Reader = {
  report: Report;
  /** Unknown fields and values out of range are errors; else, as with OC, they are warnings. */
  strict: boolean;
  /** What our tables alone say – fields and values that a newer release may have – is a warning also when strict. */
  allowUnknown: boolean;
  /** Unknown fields are handed on, for whoever gets the document knows more than we do. */
  keepUnknown: boolean;
};
