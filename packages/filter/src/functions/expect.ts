import { FilterFailure } from '../mistake.ts';
import type { Node } from '../syntax.ts';
import { isDuration, isMapValue, isValues, type Value } from '../values.ts';
import type { Call } from './signature.ts';

/** The value as the type that a function takes; a failure if it turns out to be another. */
export function textOf(value: Value | undefined, call: Call): string {
  if (typeof value === 'string') return value;
  throw wrong(value, 'a string', call);
}
export function numberOf(value: Value | undefined, call: Call): number {
  if (typeof value === 'number') return value;
  throw wrong(value, 'a number', call);
}
export function integerOf(value: Value | undefined, call: Call): number {
  if (typeof value === 'number' && Number.isInteger(value)) return value;
  throw wrong(value, 'an integer', call);
}
export function listOf(value: Value | undefined, call: Call): readonly Value[] {
  if (value === null) return [];
  if (value !== undefined && isValues(value)) return value;
  throw wrong(value, 'a list', call);
}
export function mapOf(value: Value | undefined, call: Call): { readonly [name: string]: Value } {
  if (value === null) return {};
  if (value !== undefined && isMapValue(value)) return value;
  throw wrong(value, 'a map', call);
}

/** Of the whole expression and of what `and` and `or` join: nil counts as false there, as in OC, and nowhere else. */
export const truthOrNil = (value: Value, node: Node): boolean => value !== null && truthOf(value, node);

export function truthOf(value: Value, node: Node): boolean {
  if (typeof value === 'boolean') return value;
  throw wrong(value, 'true or false', { node });
}

export function wrong(value: Value | undefined, wanted: string, { node }: Pick<Call, 'node'>): FilterFailure {
  return new FilterFailure(node, `expected ${wanted}, got ${describe(value)}`);
}

/** Not the value itself: it may be long, and it may be secret. */
export function describe(value: Value | undefined): string {
  if (value === null || value === undefined) return 'nil';
  if (typeof value !== 'object') return `a ${typeof value}`;
  if (isValues(value)) return 'a list';
  if (isMapValue(value)) return 'a map';
  return isDuration(value) ? 'a duration' : 'a time';
}
