/** OC's filter expressions: read with positions, checked against the fields that there are, evaluated. Pure. */
export { FilterFailure, formatMistake, type Mistake, type Range } from './mistake.ts';
export { nearestWord } from './nearest-word.ts';
export { evaluate, type Filter, type ParsedFilter, parseFilter } from './parse-filter.ts';
export type { Alias, Fields, FieldType } from './types.ts';
