import { Misread } from './mistake.ts';
import { compilePattern } from './patterns/pattern.ts';
import type { Binary, Node, NodeOf } from './syntax.ts';
import { areComparable, type FieldType, isList, isMap, isNumeric, isRecord, nameOf, type Type } from './types.ts';

const texts = new Set<Binary>(['contains', 'startsWith', 'endsWith', 'matches']);

/** What comes of two values; throws `Misread` where nothing can. */
export function binaryType(node: NodeOf<'binary'>, left: Type, right: Type): Type {
  const { operator } = node;
  const either = (...types: FieldType[]): boolean => types.some((type) => maybe(left, type) && maybe(right, type));
  if (operator === 'matches' && node.right.kind === 'literal') checkPattern(node.right);
  if (texts.has(operator) && either('string')) return 'boolean';
  if ((operator === '==' || operator === '!=') && areComparable(left, right)) return 'boolean';
  if (['<', '>', '<=', '>='].includes(operator) && (areNumbers(left, right) || either('string', 'time', 'duration')))
    return 'boolean';
  if (operator === 'in') return inType(node, left, right);
  if (operator === '..' && either('integer')) return { list: 'integer' };
  if (operator === '%' && either('integer')) return 'integer';
  if ((operator === '/' || operator === '**') && areNumbers(left, right)) return 'number';
  if (operator === '??')
    return left === 'nil' ? right : right === 'nil' || JSON.stringify(left) === JSON.stringify(right) ? left : 'any';
  const sum =
    operator === '+' || operator === '-' || operator === '*' ? arithmeticType(operator, left, right) : undefined;
  if (sum !== undefined) return sum;
  throw new Misread(node, `invalid operation: ${operator} (mismatched types ${nameOf(left)} and ${nameOf(right)})`);
}

const maybe = (type: Type, wanted: FieldType): boolean => type === wanted || type === 'any';
const areNumbers = (left: Type, right: Type): boolean =>
  (isNumeric(left) || left === 'any') && (isNumeric(right) || right === 'any');

const arithmetic: readonly [operator: '+' | '-' | '*', left: Type, right: Type, result: Type][] = [
  ['+', 'string', 'string', 'string'],
  ['+', 'time', 'duration', 'time'],
  ['+', 'duration', 'time', 'time'],
  ['+', 'duration', 'duration', 'duration'],
  ['-', 'time', 'time', 'duration'],
  ['-', 'time', 'duration', 'time'],
  ['-', 'duration', 'duration', 'duration'],
  ['*', 'duration', 'integer', 'duration'],
  ['*', 'integer', 'duration', 'duration'],
];

function arithmeticType(operator: '+' | '-' | '*', left: Type, right: Type): Type | undefined {
  if (isNumeric(left) && isNumeric(right)) return left === 'integer' && right === 'integer' ? 'integer' : 'number';
  const row = arithmetic.find((one) => one[0] === operator && one[1] === left && one[2] === right);
  if (row !== undefined) return row[3];
  const known = left === 'any' ? right : left;
  const canBe =
    known === 'any' || isNumeric(known) || arithmetic.some((one) => one[0] === operator && one[1] === known);
  return (left === 'any' || right === 'any') && canBe ? 'any' : undefined;
}

function inType(node: Node, left: Type, right: Type): Type {
  if (right === 'any' || right === 'nil') return 'boolean';
  if (isList(right) && areComparable(left, right.list)) return 'boolean';
  if ((isMap(right) || isRecord(right)) && maybe(left, 'string')) return 'boolean';
  throw new Misread(node, `invalid operation: in (${nameOf(left)} cannot be in ${nameOf(right)})`, {
    ...(right === 'string' ? { expected: 'a list or map; for a part of a text: contains' } : {}),
  });
}

function checkPattern(node: NodeOf<'literal'>): void {
  if (node.type !== 'string') return;
  const problem = compilePattern(String(node.value));
  if (typeof problem === 'string') throw new Misread(node, `the pattern cannot be used: ${problem}`);
}
