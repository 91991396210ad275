import { type Filter, filterOf } from './parse-filter.ts';
import type { Node } from './syntax.ts';
import type { Fields } from './types.ts';

/** The parts that all must hold. */
export type Condition = {
  /** As it was written. */
  text: string;
  /** This part alone. */
  filter: Filter;
  /** Where it asks for equal texts of one field, the path of that field: `['name']`, `['object', 'status']`. */
  equalOf: readonly string[] | undefined;
};

/** What the filter says, condition by condition, in the order of the text. */
export function splitConditions(filter: Filter): Condition[] {
  return conjunctsOf(filter.root).map((node) => ({
    text: filter.text.slice(node.start, node.end),
    filter: filterOf(filter, [node]),
    equalOf: equalOf(node, filter.fields),
  }));
}

/** The filter that holds where all of these do; undefined: there are none. */
export function joinConditions(whole: Filter, conditions: readonly Condition[]): Filter | undefined {
  if (conditions.length === 0) return undefined;
  return filterOf(
    whole,
    conditions.map(({ filter }) => filter.root),
  );
}

/** The parts of `a and b`, however they are nested. */
export function conjunctsOf(node: Node): Node[] {
  return node.kind === 'logic' && node.operator === 'and' ? node.parts.flatMap(conjunctsOf) : [node];
}

function equalOf(node: Node, fields: Fields): readonly string[] | undefined {
  if (node.kind !== 'binary') return undefined;
  if (node.operator === 'in') return isTexts(node.right) ? pathOf(node.left, fields) : undefined;
  if (node.operator !== '==') return undefined;
  if (isText(node.right)) return pathOf(node.left, fields);
  return isText(node.left) ? pathOf(node.right, fields) : undefined;
}

const isText = (node: Node): boolean => node.kind === 'literal' && node.type === 'string';
const isTexts = (node: Node): boolean => node.kind === 'list' && node.items.length > 0 && node.items.every(isText);

function pathOf(node: Node, fields: Fields): readonly string[] | undefined {
  if (node.kind === 'name') {
    const field = fields[node.name];
    return [typeof field === 'object' && 'alias' in field ? field.alias : node.name];
  }
  if (node.kind !== 'member' || node.optional || node.key.kind !== 'literal') return undefined;
  const above = pathOf(node.object, fields);
  return above === undefined ? undefined : [...above, String(node.key.value)];
}
