import { Misread } from './mistake.ts';
import { predicateForms } from './predicates.ts';
import type { Node, NodeOf } from './syntax.ts';
import { type FieldType, isList, isNumeric, nameOf, type Type } from './types.ts';

const asking = new Set([
  'all',
  'none',
  'any',
  'one',
  'filter',
  'find',
  'findIndex',
  'findLast',
  'findLastIndex',
  'count',
]);
/** These need no predicate: then the elements themselves are asked. */
const withoutPredicate = new Set(['count', 'sum']);

/** `within` makes `#` known while the predicate is looked at. */
export function typeOfPredicateCall(
  node: NodeOf<'call'>,
  visit: (node: Node) => Type,
  within: (element: Type, acc: Type | undefined, work: () => Type) => Type,
): Type {
  const [list, predicate, last] = node.parts;
  const forms = predicateForms[node.name] ?? [];
  const least = withoutPredicate.has(node.name) ? 1 : 2;
  if (list === undefined || node.parts.length < least || node.parts.length > forms.length)
    throw new Misread(node, `invalid number of arguments of ${node.name}`, {
      expected: forms.map((form) => (form === 'value' ? 'a value' : 'a predicate such as # > 1')).join(', '),
    });
  const of = visit(list);
  if (of !== 'any' && !isList(of))
    throw new Misread(list, `${node.name} takes only a list (got ${nameOf(of)})`, { expected: 'list' });
  const element: FieldType = isList(of) ? of.list : 'any';
  const acc = node.name === 'reduce' ? (last === undefined ? element : 'any') : undefined;
  if (last !== undefined) checkLast(node, last, visit(last));
  const answer = predicate === undefined ? element : within(element, acc, () => visit(predicate));
  if (asking.has(node.name) && answer !== 'boolean' && answer !== 'any')
    throw new Misread(predicate ?? list, `a predicate of ${node.name} says true or false (got ${nameOf(answer)})`, {
      expected: 'boolean',
    });
  return resultOf(node, element, answer);
}

function checkLast(node: NodeOf<'call'>, last: Node, type: Type): void {
  if (node.name === 'sortBy' && type !== 'string' && type !== 'any')
    throw new Misread(last, `the order of sortBy is a string (got ${nameOf(type)})`, { expected: '"asc" or "desc"' });
}

function resultOf(node: NodeOf<'call'>, element: FieldType, answer: Type): Type {
  switch (node.name) {
    case 'all':
    case 'none':
    case 'any':
    case 'one':
      return 'boolean';
    case 'filter':
    case 'sortBy':
      return { list: element };
    case 'map':
      return { list: answer === 'nil' ? 'any' : answer };
    case 'count':
      return 'integer';
    case 'findIndex':
    case 'findLastIndex':
      return 'any';
    case 'sum':
      if (answer !== 'any' && !isNumeric(answer))
        throw new Misread(node, `sum takes only numbers (got ${nameOf(answer)})`, { expected: 'a list of numbers' });
      return answer;
    case 'groupBy':
      return { map: { list: element } };
    case 'reduce':
      return 'any';
    default:
      // What is not found is nil: only `any` can be that.
      return typeof element === 'string' ? 'any' : element;
  }
}
