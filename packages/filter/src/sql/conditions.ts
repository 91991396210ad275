import type { Node, NodeOf } from '../syntax.ts';
import { isList, isMap, isRecord } from '../types.ts';
import { isValues, type Value } from '../values.ts';
import { joined, piece, put, type Sql } from './sql.ts';
import type { Terms } from './terms.ts';

/** SQL that is true exactly where the expression is, and never null; undefined: there is none. */
export function compileCondition(node: Node, terms: Terms): Sql | undefined {
  const constant = terms.typeOf(node) === 'boolean' ? terms.constantOf(node) : undefined;
  if (typeof constant === 'boolean') return put(constant ? '1 = 1' : '1 = 0');
  if (node.kind === 'binary') return compileBinary(node, terms);
  if (node.kind === 'logic') {
    const parts = node.parts.map((part) => compileCondition(part, terms));
    const said = parts.filter((part) => part !== undefined);
    return said.length === parts.length ? joined(` ${node.operator} `, said) : undefined;
  }
  if (node.kind === 'unary' && node.operator === 'not') {
    const operand = compileCondition(node.operand, terms);
    return operand === undefined ? undefined : put('not (', operand, ')');
  }
  const place = terms.typeOf(node) === 'boolean' ? terms.placeOf(node) : undefined;
  return place === undefined ? undefined : terms.json.isTrue(place);
}

const signs: Readonly<Partial<Record<string, string>>> = {
  '==': '=',
  '!=': '<>',
  '<': '<',
  '>': '>',
  '<=': '<=',
  '>=': '>=',
};

function compileBinary(node: NodeOf<'binary'>, terms: Terms): Sql | undefined {
  const { operator, left, right } = node;
  const sign = signs[operator];
  if (sign !== undefined) return compared(node, sign, terms);
  if (operator === 'in') return within(left, right, terms);
  if (operator === 'contains' || operator === 'startsWith' || operator === 'endsWith') {
    const part = terms.constantOf(right);
    const text = terms.text(left);
    if (text === undefined || typeof part !== 'string' || part.includes('\0')) return undefined;
    return part === '' ? put({ text: '1 = 1', values: [] }) : partOf(operator, text, part, terms);
  }
  return undefined;
}

function compared({ operator, left, right }: NodeOf<'binary'>, sign: string, terms: Terms): Sql | undefined {
  const texts = both(terms.text(left), terms.text(right));
  if (texts !== undefined) {
    const same = put(texts[0], ` ${sign} `, texts[1]);
    return operator === '==' || operator === '!='
      ? same
      : { ...same, guards: [...same.guards, ...terms.orderGuards(left), ...terms.orderGuards(right)] };
  }
  const numbers = both(terms.number(left), terms.number(right));
  if (numbers !== undefined) return put(numbers[0], ` ${sign} `, numbers[1]);
  if (operator !== '==' && operator !== '!=') return undefined;
  const same = sameTruth(left, right, terms) ?? isNil(left, right, terms) ?? isNil(right, left, terms);
  return same === undefined || operator === '==' ? same : put('not (', same, ')');
}

function both(left: Sql | undefined, right: Sql | undefined): [Sql, Sql] | undefined {
  return left === undefined || right === undefined ? undefined : [left, right];
}

function sameTruth(left: Node, right: Node, terms: Terms): Sql | undefined {
  if (terms.typeOf(left) !== 'boolean' || terms.typeOf(right) !== 'boolean') return undefined;
  const sides = both(compileCondition(left, terms), compileCondition(right, terms));
  return sides === undefined ? undefined : put('((', sides[0], ') = (', sides[1], '))');
}

/** Only lists and maps are ever nil. */
function isNil(node: Node, nil: Node, terms: Terms): Sql | undefined {
  if (terms.typeOf(nil) !== 'nil') return undefined;
  const type = terms.typeOf(node);
  const place = terms.placeOf(node);
  if (place === undefined || (!isList(type) && !isMap(type))) return undefined;
  return put('not (', terms.json.isA(place, isList(type) ? 'list' : 'map'), ')');
}

/** By bytes where a database would count characters, and stop at the first NUL. */
function partOf(operator: 'contains' | 'startsWith' | 'endsWith', text: Sql, part: string, { dialect }: Terms): Sql {
  if (dialect === 'postgres') {
    if (operator === 'contains') return put('strpos(', text, ', ', piece('?::text', part), ') > 0');
    if (operator === 'startsWith') return put('starts_with(', text, ', ', piece('?::text', part), ')');
    return put('right(', text, ', ', piece('?::int', Array.from(part).length), ') = ', piece('?::text', part));
  }
  if (operator === 'contains') return put('instr(', text, ', ', piece('?', part), ') > 0');
  if (operator === 'startsWith') return put('instr(', text, ', ', piece('?', part), ') = 1');
  // The end of an empty text is null for it.
  const end = put('substr(cast(', text, ' as blob), ', piece('?', -Buffer.byteLength(part)), ')');
  return put('coalesce(', end, ' = ', piece('cast(? as blob)', part), ', 1 = 0)');
}

function within(needle: Node, place: Node, terms: Terms): Sql | undefined {
  const values = terms.constantOf(place);
  if (values !== undefined && isValues(values)) return among(needle, values, terms);
  const type = terms.typeOf(place);
  const where = terms.placeOf(place);
  if (where === undefined) return undefined;
  if (isList(type)) {
    const text = type.list === 'string' ? terms.text(needle) : undefined;
    return text === undefined ? undefined : terms.json.hasText(where, text);
  }
  const key = isMap(type) || isRecord(type) ? terms.constantOf(needle) : undefined;
  return typeof key === 'string' && terms.json.canName(key) ? terms.json.hasKey(where, key) : undefined;
}

/** More would be a longer statement than databases take. */
const mostAmong = 1_000;

function among(needle: Node, values: readonly Value[], terms: Terms): Sql | undefined {
  const text = terms.text(needle);
  const found = text ?? terms.number(needle);
  if (found === undefined || values.length > mostAmong) return undefined;
  const wanted = values.filter((value) => typeof value === (text === undefined ? 'number' : 'string'));
  // What is of another type is never equal.
  const usable = wanted.filter((value): value is string | number =>
    typeof value === 'string' ? !value.includes('\0') : typeof value === 'number' && Number.isFinite(value),
  );
  if (usable.length < wanted.length) return undefined;
  if (usable.length === 0) return put('1 = 0');
  const parameter = text === undefined ? terms.json.numberParameter : terms.json.textParameter;
  return put(
    found,
    ' in (',
    ...usable.flatMap((value, index) => [index === 0 ? '' : ', ', piece(parameter, value)]),
    ')',
  );
}
