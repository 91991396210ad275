import type { Types } from './check.ts';
import { predicateForms } from './predicates.ts';
import { type Node, type NodeOf, partsOf } from './syntax.ts';
import { isList, isMap, isRecord, type Type } from './types.ts';

const askingFunctions = new Set(['any', 'all', 'none', 'one', 'count', 'filter']);
/** That take anything of their types. */
const safeFunctions = new Set([
  'len',
  'lower',
  'upper',
  'trim',
  'trimPrefix',
  'trimSuffix',
  'hasPrefix',
  'hasSuffix',
  'now',
  'keys',
  'values',
]);
const safeOperators = new Set([
  '==',
  '!=',
  '<',
  '>',
  '<=',
  '>=',
  'in',
  'contains',
  'startsWith',
  'endsWith',
  '+',
  '-',
  '*',
  '/',
  '**',
]);

/**
 * Might a record make this fail? Said too often rather than too seldom. What cannot fail may be asked in any order; before
 * what can, nothing may be left out that stood there to keep it from failing.
 */
export function mayFailFor(root: Node, types: Types): boolean {
  return mayFail(root);

  function typeOf(node: Node): Type {
    return types.get(node) ?? 'any';
  }

  function mayFail(node: Node): boolean {
    return failsItself(node) || partsOf(node).some(mayFail);
  }

  function failsItself(node: Node): boolean {
    if (node.kind === 'binary') return binaryFails(node);
    if (node.kind === 'member') return memberFails(node);
    if (node.kind === 'call') return callFails(node);
    return typedParts(node).some((part) => typeOf(part) === 'any');
  }

  /** Those that must be of one type: what is not known may be of another. */
  function typedParts(node: Node): readonly Node[] {
    if (node.kind === 'unary' || node.kind === 'slice' || node.kind === 'logic') return partsOf(node);
    if (node.kind === 'choice') return [node.condition];
    return node.kind === 'map' ? node.keys : [];
  }

  function binaryFails({ operator, left, right }: NodeOf<'binary'>): boolean {
    if (operator === '==' || operator === '!=' || operator === '??') return false;
    if (typeOf(left) === 'any' || typeOf(right) === 'any') return true;
    return operator === 'matches' ? right.kind !== 'literal' : !safeOperators.has(operator);
  }

  /** An object that was searched for may not be there; a list may be too short. */
  function memberFails({ object, key }: NodeOf<'member'>): boolean {
    const type = typeOf(object);
    if (isRecord(type)) return object.kind !== 'name' && object.kind !== 'member' && object.kind !== 'pointer';
    return !isMap(type) || typeOf(key) === 'any';
  }

  function callFails(node: NodeOf<'call'>): boolean {
    const [list, predicate] = node.parts;
    if (!Object.hasOwn(predicateForms, node.name))
      return !safeFunctions.has(node.name) || node.parts.some((part) => typeOf(part) === 'any');
    const isAsked = askingFunctions.has(node.name) && predicate !== undefined && typeOf(predicate) === 'boolean';
    return !isAsked || list === undefined || !isList(typeOf(list));
  }
}
