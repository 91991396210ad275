/** OC's filter expressions: read with positions, checked against the fields that there are, evaluated, compiled to SQL. Pure. */
export { FilterFailure, formatMistake, type Mistake, type Range } from './mistake.ts';
export { nearestWord } from './nearest-word.ts';
export { canFail, evaluate, type Filter, type ParsedFilter, parseFilter } from './parse-filter.ts';
export { type Condition, joinConditions, splitConditions } from './split-conditions.ts';
export { type CompiledFilter, compileFilter } from './sql/compile.ts';
export type { Columns, SqlDialect } from './sql/sql.ts';
export type { Alias, Fields, FieldType } from './types.ts';
