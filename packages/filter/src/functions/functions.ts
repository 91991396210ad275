import { codeFunctions } from './codes.ts';
import { listFunctions } from './lists.ts';
import { numberFunctions } from './numbers.ts';
import type { Signature } from './signature.ts';
import { textFunctions } from './texts.ts';
import { timeFunctions } from './times.ts';

/** All functions without a predicate, by name. */
export const functions: Readonly<Record<string, Signature>> = {
  ...textFunctions,
  ...numberFunctions,
  ...listFunctions,
  ...timeFunctions,
  ...codeFunctions,
};
