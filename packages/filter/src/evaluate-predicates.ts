import { listOf, numberOf, truthOf } from './functions/expect.ts';
import { sortBy } from './functions/lists.ts';
import { FilterFailure } from './mistake.ts';
import { type Evaluator, type Scope, spend } from './scope.ts';
import type { NodeOf } from './syntax.ts';
import type { Value } from './values.ts';

type Asked = {
  values: readonly Value[];
  /** What the predicate says of the element at this index. */
  ask(index: number, acc?: Value): Value;
  holds(index: number): boolean;
  /** The argument behind the predicate. */
  last: Value | undefined;
  scope: Scope;
  node: NodeOf<'call'>;
};

export function evaluatePredicateCall(node: NodeOf<'call'>, parts: readonly Evaluator[]): Evaluator {
  const [list, predicate, last] = parts;
  const work = works[node.name];
  if (list === undefined || work === undefined) throw new Error(`the check let a broken ${node.name} pass`);
  return (scope) => {
    const values = listOf(list(scope), { scope, node, types: [] });
    const ask = (index: number, acc: Value = null): Value => {
      spend(scope, 1, node);
      const value = values[index] ?? null;
      if (predicate === undefined) return value;
      return predicate({ evaluation: scope.evaluation, up: scope, element: { value, index, acc } });
    };
    const holds = (index: number): boolean => truthOf(ask(index), node.parts[1] ?? node);
    return work({ values, ask, holds, last: last?.(scope), scope, node });
  };
}

const works: Readonly<Record<string, (asked: Asked) => Value>> = {
  all: ({ values, holds }) => values.every((_, at) => holds(at)),
  any: ({ values, holds }) => values.some((_, at) => holds(at)),
  none: ({ values, holds }) => !values.some((_, at) => holds(at)),
  one: ({ values, holds }) => values.filter((_, at) => holds(at)).length === 1,
  filter: ({ values, holds }) => values.filter((_, at) => holds(at)),
  map: ({ values, ask }) => values.map((_, at) => ask(at)),
  count: ({ values, holds }) => values.filter((_, at) => holds(at)).length,
  sum: ({ values, ask, scope, node }) =>
    values.reduce<number>((sum, _, at) => sum + numberOf(ask(at), { scope, node, types: [] }), 0),
  find: ({ values, holds }) => values.find((_, at) => holds(at)) ?? null,
  findIndex: ({ values, holds }) => indexOrNil(values.findIndex((_, at) => holds(at))),
  findLast: ({ values, holds }) => values.findLast((_, at) => holds(at)) ?? null,
  findLastIndex: ({ values, holds }) => indexOrNil(values.findLastIndex((_, at) => holds(at))),
  groupBy,
  sortBy: ({ values, ask, last = 'asc', scope, node }) =>
    sortBy(
      values,
      values.map((_, at) => ask(at)),
      last,
      { scope, node, types: [] },
    ),
  reduce,
};

const indexOrNil = (index: number): Value => (index === -1 ? null : index);

function groupBy({ values, ask, node }: Asked): Value {
  const groups: Record<string, Value[]> = {};
  for (const [index, value] of values.entries()) {
    const key = ask(index);
    if (typeof key !== 'string') throw new FilterFailure(node, 'groupBy groups by a string');
    // Not by `groups[key]` alone: a key may be called like something that every object has.
    if (Object.hasOwn(groups, key)) groups[key]?.push(value);
    else Object.defineProperty(groups, key, { value: [value], enumerable: true, writable: true, configurable: true });
  }
  return groups;
}

/** Without a value to begin with, the first element is it. */
function reduce({ values, ask, last, node }: Asked): Value {
  if (last === undefined && values.length === 0)
    throw new FilterFailure(node, 'reduce of an empty list needs a value to begin with');
  let acc: Value = last ?? values[0] ?? null;
  for (let index = last === undefined ? 1 : 0; index < values.length; index += 1) acc = ask(index, acc);
  return acc;
}
