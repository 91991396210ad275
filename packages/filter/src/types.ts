/** What a field may be. A record may lack it: then it is empty, zero, false, or nil where the type is a list, a map or anything. */
export type FieldType =
  | 'string'
  | 'integer'
  | 'number'
  | 'boolean'
  | 'time'
  | 'duration'
  /** Known only when it is there: nothing is checked before. */
  | 'any'
  | { list: FieldType }
  /** Names are data: any may be asked for. */
  | { map: FieldType }
  /** Names are known, another one is a mistake; never nil. */
  | { fields: Fields };

/** Another name for a field of the same table. */
export type Alias = { alias: string };
export type Fields = Readonly<Record<string, FieldType | Alias>>;

export type Type = FieldType | 'nil';

export const isAlias = (field: FieldType | Alias): field is Alias => typeof field === 'object' && 'alias' in field;

export const isNumeric = (type: Type): boolean => type === 'integer' || type === 'number';
export const isList = (type: Type): type is { list: FieldType } => typeof type === 'object' && 'list' in type;
export const isMap = (type: Type): type is { map: FieldType } => typeof type === 'object' && 'map' in type;
export const isRecord = (type: Type): type is { fields: Fields } => typeof type === 'object' && 'fields' in type;

export function nameOf(type: Type): string {
  if (typeof type === 'string') return type;
  if (isList(type)) return type.list === 'any' ? 'list' : `list of ${nameOf(type.list)}`;
  return isMap(type) ? 'map' : 'object';
}

/** May values of these types ever be equal? What is not known is found out when it is there. */
export function areComparable(left: Type, right: Type): boolean {
  if (left === 'any' || right === 'any' || left === 'nil' || right === 'nil') return true;
  if (isNumeric(left) && isNumeric(right)) return true;
  if (typeof left === 'string' || typeof right === 'string') return left === right;
  return (isList(left) && isList(right)) || (!isList(left) && !isList(right));
}

/** The type of values of which each has one of these. */
export function commonType(types: readonly Type[]): FieldType {
  const [first, ...others] = types;
  if (first === undefined || first === 'nil') return 'any';
  if (others.every((type) => JSON.stringify(type) === JSON.stringify(first))) return first;
  return types.every(isNumeric) ? 'number' : 'any';
}
