import { describe } from './functions/expect.ts';
import { FilterFailure } from './mistake.ts';
import { compilePattern } from './patterns/pattern.ts';
import { type Evaluator, type Scope, spend } from './scope.ts';
import type { Binary, NodeOf } from './syntax.ts';
import { areEqual, compare, isDuration, isInstant, isMapValue, isValues, type Value } from './values.ts';

type BinaryNode = NodeOf<'binary'>;
type Work = (left: Value, right: Value, node: BinaryNode, scope: Scope) => Value;

export function evaluateBinary(node: BinaryNode, left: Evaluator, right: Evaluator): Evaluator {
  if (node.operator === '??') return (scope) => left(scope) ?? right(scope);
  if (node.operator === 'matches' && node.right.kind === 'literal')
    return matchesLiteral(node, left, String(node.right.value));
  const work = works[node.operator];
  return (scope) => work(left(scope), right(scope), node, scope);
}

function matchesLiteral(node: BinaryNode, left: Evaluator, pattern: string): Evaluator {
  const matcher = compilePattern(pattern);
  if (typeof matcher === 'string') throw new Error('the check let a broken pattern pass');
  return (scope) => {
    const value = left(scope);
    if (value === null) return false;
    if (typeof value !== 'string') throw mismatch(node, value, pattern);
    return matcher(value);
  };
}

const mismatch = (node: BinaryNode, left: Value, right: Value): FilterFailure =>
  new FilterFailure(node, `invalid operation: ${node.operator} (${describe(left)} and ${describe(right)})`);

const ordered =
  (holds: (order: number) => boolean): Work =>
  (left, right, node) => {
    const order = compare(left, right);
    if (order === undefined) throw mismatch(node, left, right);
    return holds(order);
  };

const texts =
  (holds: (text: string, part: string) => boolean): Work =>
  (left, right, node) => {
    if (left === null || right === null) return false;
    if (typeof left !== 'string' || typeof right !== 'string') throw mismatch(node, left, right);
    return holds(left, right);
  };

const numbers =
  (result: (left: number, right: number) => number): Work =>
  (left, right, node) => {
    if (typeof left !== 'number' || typeof right !== 'number') throw mismatch(node, left, right);
    return result(left, right);
  };

const works: Readonly<Record<Exclude<Binary, '??'>, Work>> = {
  '==': areEqual,
  '!=': (left, right) => !areEqual(left, right),
  '<': ordered((order) => order < 0),
  '>': ordered((order) => order > 0),
  '<=': ordered((order) => order <= 0),
  '>=': ordered((order) => order >= 0),
  in: isIn,
  contains: texts((text, part) => text.includes(part)),
  startsWith: texts((text, part) => text.startsWith(part)),
  endsWith: texts((text, part) => text.endsWith(part)),
  matches,
  '..': range,
  '+': add,
  '-': subtract,
  '*': multiply,
  '/': numbers((left, right) => left / right),
  '**': numbers((left, right) => left ** right),
  '%': (left, right, node) => {
    if (typeof left !== 'number' || typeof right !== 'number') throw mismatch(node, left, right);
    if (right === 0) throw new FilterFailure(node, 'integer divide by zero');
    // Without the sign of a zero, which integers do not have.
    return (left % right) + 0;
  },
};

function isIn(needle: Value, place: Value, node: BinaryNode, scope: Scope): Value {
  if (place === null) return false;
  if (isValues(place)) {
    spend(scope, place.length, node);
    return place.some((value) => areEqual(value, needle));
  }
  if (isMapValue(place) && typeof needle === 'string') return Object.hasOwn(place, needle);
  throw mismatch(node, needle, place);
}

function matches(left: Value, right: Value, node: BinaryNode, scope: Scope): Value {
  if (left === null || right === null) return false;
  if (typeof left !== 'string' || typeof right !== 'string') throw mismatch(node, left, right);
  const matcher = compilePattern(right);
  if (typeof matcher === 'string') throw new FilterFailure(node, `the pattern cannot be used: ${matcher}`);
  spend(scope, left.length + 100 * right.length, node);
  return matcher(left);
}

function range(left: Value, right: Value, node: BinaryNode, scope: Scope): Value {
  if (typeof left !== 'number' || typeof right !== 'number') throw mismatch(node, left, right);
  const [first, last] = [Math.trunc(left), Math.trunc(right)];
  spend(scope, Math.max(0, last - first + 1), node);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
}

function add(left: Value, right: Value, node: BinaryNode, scope: Scope): Value {
  if (typeof left === 'number' && typeof right === 'number') return left + right;
  if (typeof left === 'string' && typeof right === 'string') {
    spend(scope, left.length + right.length, node);
    return left + right;
  }
  if (isInstant(left) && isDuration(right)) return { time: left.time + right.duration };
  if (isDuration(left) && isInstant(right)) return { time: left.duration + right.time };
  if (isDuration(left) && isDuration(right)) return { duration: left.duration + right.duration };
  throw mismatch(node, left, right);
}

function subtract(left: Value, right: Value, node: BinaryNode): Value {
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  if (isInstant(left) && isInstant(right)) return { duration: left.time - right.time };
  if (isInstant(left) && isDuration(right)) return { time: left.time - right.duration };
  if (isDuration(left) && isDuration(right)) return { duration: left.duration - right.duration };
  throw mismatch(node, left, right);
}

function multiply(left: Value, right: Value, node: BinaryNode): Value {
  if (typeof left === 'number' && typeof right === 'number') return left * right;
  if (isDuration(left) && typeof right === 'number') return { duration: left.duration * BigInt(Math.trunc(right)) };
  if (typeof left === 'number' && isDuration(right)) return { duration: BigInt(Math.trunc(left)) * right.duration };
  throw mismatch(node, left, right);
}
