import type { Scope } from '../scope.ts';
import type { Node } from '../syntax.ts';
import { type FieldType, isList, isMap, isNumeric, isRecord, type Type } from '../types.ts';
import type { Value } from '../values.ts';

export type Taken =
  | 'any'
  | 'string'
  | 'integer'
  | 'number'
  | 'list'
  | 'map'
  | 'list or map'
  | 'list or number'
  | 'list, map or string'
  | 'duration';

/** What a function gets beside its arguments: where it is called, and of what types they are. */
export type Call = { scope: Scope; node: Node; types: readonly Type[] };

export type Signature = {
  takes: readonly Taken[];
  /** So many of the last ones may be left out. */
  optional?: number;
  rest?: Taken;
  gives: FieldType | ((types: readonly Type[]) => Type);
  /** Throws `FilterFailure` for what only the value shows. */
  run(given: readonly Value[], call: Call): Value;
};

/** May a value of this type be given? What is not known before is looked at when it is there. */
export function fits(type: Type, taken: Taken): boolean {
  if (type === 'any' || taken === 'any') return true;
  if (taken === 'number') return isNumeric(type);
  if (taken === 'list') return isList(type);
  if (taken === 'map') return isMap(type) || isRecord(type);
  if (taken === 'list or map') return isList(type) || isMap(type) || isRecord(type);
  if (taken === 'list or number') return isList(type) || isNumeric(type);
  if (taken === 'list, map or string') return type === 'string' || isList(type) || isMap(type);
  return type === taken;
}
