import type { Types } from './check.ts';
import { evaluateBinary } from './evaluate-binary.ts';
import { evaluatePredicateCall } from './evaluate-predicates.ts';
import { describe, truthOf, truthOrNil } from './functions/expect.ts';
import { functions } from './functions/functions.ts';
import { FilterFailure } from './mistake.ts';
import { predicateForms } from './predicates.ts';
import type { Evaluator, Scope } from './scope.ts';
import type { Node, NodeOf } from './syntax.ts';
import { isList, isMap, isRecord, type Type } from './types.ts';
import { isMapValue, isValues, readAs, type Value } from './values.ts';

/** Stands for the rest of an `?.` chain behind a nil. */
const nothing = {};

/** The expression as a function of what it is evaluated for. */
export function makeEvaluator(root: Node, types: Types): Evaluator {
  return make(root);

  function make(node: Node): Evaluator {
    switch (node.kind) {
      case 'literal': {
        const { value } = node;
        return () => value;
      }
      case 'name':
        return nameReader(node);
      case 'pointer':
        return (scope) => pointed(scope, node);
      case 'unary':
        return unary(node);
      case 'binary':
        return evaluateBinary(node, side(node.left, node.right), side(node.right, node.left));
      case 'logic':
        return logic(node);
      case 'member':
        return member(node);
      case 'chain': {
        const inner = make(node.inner);
        return (scope) => {
          const value = inner(scope);
          return value === nothing ? null : value;
        };
      }
      case 'slice':
        return slice(node);
      case 'call':
        return call(node);
      case 'predicate':
        return make(node.body);
      case 'choice': {
        const [condition, yes, no] = [make(node.condition), make(node.yes), make(node.no)];
        return (scope) => (truthOf(condition(scope), node.condition) ? yes(scope) : no(scope));
      }
      case 'list': {
        const items = node.items.map(make);
        return (scope) => items.map((item) => item(scope));
      }
      case 'map':
        return map(node);
      case 'let': {
        const [value, body] = [make(node.value), make(node.body)];
        return (scope) =>
          body({ evaluation: scope.evaluation, up: scope, variable: { name: node.name, value: value(scope) } });
      }
    }
  }

  /** A list that is not there is nil, and empty where it is compared with another list. */
  function side(node: Node, other: Node): Evaluator {
    const evaluator = make(node);
    if (!isList(types.get(node) ?? 'any') || types.get(other) === 'nil') return evaluator;
    return (scope) => evaluator(scope) ?? [];
  }

  function nameReader(node: NodeOf<'name'>): Evaluator {
    const { name } = node;
    if (name === '$env') return ({ evaluation }) => evaluation.record as { readonly [name: string]: Value };
    const type = fieldTypeOf(node);
    return (scope) => {
      for (let at: Scope | undefined = scope; at !== undefined; at = at.up)
        if (at.variable?.name === name) return at.variable.value;
      const { record } = scope.evaluation;
      return readAs(type, Object.hasOwn(record, name) ? record[name] : undefined);
    };
  }

  function unary(node: NodeOf<'unary'>): Evaluator {
    const operand = make(node.operand);
    if (node.operator === 'not') return (scope) => !truthOf(operand(scope), node);
    const sign = node.operator === '-' ? -1 : 1;
    return (scope) => {
      const value = operand(scope);
      if (typeof value !== 'number')
        throw new FilterFailure(node, `invalid operation: ${node.operator} of ${describe(value)}`);
      return sign * value;
    };
  }

  function logic(node: NodeOf<'logic'>): Evaluator {
    const parts = node.parts.map(make);
    // `or` ends at the first true one, `and` at the first false one.
    const ends = node.operator === 'or';
    return (scope) => {
      for (const [index, part] of parts.entries())
        if (truthOrNil(part(scope), node.parts[index] ?? node) === ends) return ends;
      return !ends;
    };
  }

  function member(node: NodeOf<'member'>): Evaluator {
    const object = make(node.object);
    const key = make(node.key);
    const ofType = types.get(node.object) ?? 'any';
    return (scope) => {
      const from = object(scope);
      if (from === nothing) return from;
      if (from === null && node.optional) return nothing;
      return fetch(from, key(scope), ofType, node);
    };
  }

  function slice(node: NodeOf<'slice'>): Evaluator {
    const object = make(node.object);
    const [from, to] = [node.from, node.to].map((bound) => (bound === undefined ? undefined : make(bound)));
    return (scope) => {
      const value = object(scope);
      const bounds = [from?.(scope), to?.(scope)].map((bound) =>
        typeof bound === 'number' ? Math.trunc(bound) : undefined,
      );
      if (value === null && isList(types.get(node.object) ?? 'any')) return [];
      if (typeof value === 'string')
        return Buffer.from(value)
          .subarray(...clipped(bounds, Buffer.byteLength(value)))
          .toString();
      if (isValues(value)) return value.slice(...clipped(bounds, value.length));
      throw new FilterFailure(node, `cannot slice ${describe(value)}`);
    };
  }

  function call(node: NodeOf<'call'>): Evaluator {
    const parts = node.parts.map(make);
    if (Object.hasOwn(predicateForms, node.name)) return evaluatePredicateCall(node, parts);
    const signature = functions[node.name];
    if (signature === undefined) throw new Error(`the check let the unknown function ${node.name} pass`);
    const given = node.parts.map(fieldTypeOf);
    return (scope) =>
      signature.run(
        parts.map((part) => part(scope)),
        { scope, node, types: given },
      );
  }

  function map(node: NodeOf<'map'>): Evaluator {
    const [keys, values] = [node.keys.map(make), node.values.map(make)];
    return (scope) => Object.fromEntries(keys.map((key, at) => [text(key(scope), node), values[at]?.(scope) ?? null]));
  }

  function fieldTypeOf(node: Node): Exclude<Type, 'nil'> {
    const type = types.get(node) ?? 'any';
    return type === 'nil' ? 'any' : type;
  }
}

function text(value: Value, node: Node): string {
  if (typeof value === 'string') return value;
  throw new FilterFailure(node, `a key of a map is a string, got ${describe(value)}`);
}

function pointed(scope: Scope, node: NodeOf<'pointer'>): Value {
  for (let at: Scope | undefined = scope; at !== undefined; at = at.up) {
    if (at.element === undefined) continue;
    if (node.name === 'index') return at.element.index;
    return node.name === 'acc' ? at.element.acc : at.element.value;
  }
  throw new Error('the check let # pass outside of a predicate');
}

function fetch(from: Value, key: Value, type: Type, node: NodeOf<'member'>): Value {
  if (from === null && (isMap(type) || isList(type)))
    return isMap(type) ? readAs(type.map, undefined) : outOfRange(node, key);
  if (isValues(from)) {
    if (typeof key !== 'number')
      throw new FilterFailure(node, `elements of a list are selected by an integer, got ${describe(key)}`);
    const found = from.at(Math.trunc(key));
    return found === undefined ? outOfRange(node, key) : found;
  }
  if (isMapValue(from)) {
    const name = text(key, node);
    const raw = Object.hasOwn(from, name) ? from[name] : undefined;
    if (isRecord(type)) {
      const field = type.fields[name];
      return readAs(field === undefined || (typeof field === 'object' && 'alias' in field) ? 'any' : field, raw);
    }
    return readAs(isMap(type) ? type.map : 'any', raw);
  }
  throw new FilterFailure(node, `cannot get ${typeof key === 'string' ? key : 'an element'} of ${describe(from)}`);
}

function outOfRange(node: Node, key: Value): never {
  throw new FilterFailure(node, `index out of range: ${typeof key === 'number' ? key : describe(key)}`);
}

/** Bounds count from the end if they are negative, and end where the value ends. */
function clipped([from = 0, to]: readonly (number | undefined)[], length: number): [number, number] {
  const place = (bound: number): number => Math.max(0, Math.min(length, bound < 0 ? length + bound : bound));
  const end = place(to ?? length);
  return [Math.min(place(from), end), end];
}
