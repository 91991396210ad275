import { binaryType } from './binary-types.ts';
import { functions } from './functions/functions.ts';
import { fits, type Signature } from './functions/signature.ts';
import { Misread } from './mistake.ts';
import { nearestWord } from './nearest-word.ts';
import { typeOfPredicateCall } from './predicate-types.ts';
import { predicateForms } from './predicates.ts';
import type { Node, NodeOf } from './syntax.ts';
import { commonType, type Fields, isAlias, isList, isMap, isRecord, nameOf, type Type } from './types.ts';

export type Types = ReadonlyMap<Node, Type>;

/** A name that is known in a part of the expression. */
type Known = { name: string; type: Type } | { element: Type; acc: Type | undefined };

/** The type of each part. Throws `Misread`. Names that are aliases are replaced by what they stand for. */
export function check(root: Node, fields: Fields): Types {
  const types = new Map<Node, Type>();
  const known: Known[] = [];
  const type = visit(root);
  if (type !== 'boolean' && type !== 'any')
    throw new Misread(root, `a filter says true or false, this is ${nameOf(type)}`, { expected: 'a comparison' });
  return types;

  function visit(node: Node): Type {
    const found = typeOf(node);
    types.set(node, found);
    return found;
  }

  function within<T>(what: Known, work: () => T): T {
    known.push(what);
    const result = work();
    known.pop();
    return result;
  }

  function typeOf(node: Node): Type {
    switch (node.kind) {
      case 'literal':
        return node.type;
      case 'name':
        return nameType(node);
      case 'pointer':
        return pointerType(node);
      case 'unary':
        return unaryType(node);
      case 'binary':
        return binaryType(node, visit(node.left), visit(node.right));
      case 'logic':
        for (const part of node.parts) expectType(part, visit(part), ['boolean'], `"${node.operator}"`);
        return 'boolean';
      case 'member':
        return memberType(node);
      case 'chain':
        return visit(node.inner);
      case 'slice':
        return sliceType(node);
      case 'call':
        return callType(node);
      case 'predicate':
        return visit(node.body);
      case 'choice': {
        expectType(node.condition, visit(node.condition), ['boolean'], 'a condition');
        return commonType([visit(node.yes), visit(node.no)]);
      }
      case 'list':
        return { list: commonType(node.items.map(visit)) };
      case 'map':
        for (const key of node.keys) expectType(key, visit(key), ['string'], 'a key');
        node.values.forEach(visit);
        return { map: 'any' };
      case 'let': {
        if (node.name !== '') refuseTakenName(node);
        const value = visit(node.value);
        return within({ name: node.name, type: value }, () => visit(node.body));
      }
    }
  }

  function refuseTakenName(node: NodeOf<'let'>): void {
    if (
      Object.hasOwn(fields, node.name) ||
      Object.hasOwn(functions, node.name) ||
      Object.hasOwn(predicateForms, node.name)
    )
      throw new Misread(node, `cannot redeclare ${node.name}`, { expected: 'a name that is not taken' });
  }

  function nameType(node: NodeOf<'name'>): Type {
    const variable = known.findLast((one) => 'name' in one && one.name === node.name);
    if (variable !== undefined && 'name' in variable) return variable.type;
    if (node.name === '$env') return { fields };
    return fieldType(node, node, fields);
  }

  /** Replaces the name in `node` if it is an alias. */
  function fieldType(node: Node, word: NodeOf<'name'> | NodeOf<'literal'>, of: Fields): Type {
    const name = word.kind === 'name' ? word.name : String(word.value);
    const field = Object.hasOwn(of, name) ? of[name] : undefined;
    if (field === undefined) throw unknownName(node, name, of);
    if (!isAlias(field)) return field;
    if (word.kind === 'name') word.name = field.alias;
    else word.value = field.alias;
    return fieldType(node, word, of);
  }

  function unknownName(node: Node, name: string, of: Fields): Misread {
    const isTop = of === fields;
    const suggestion = nearestWord(name, Object.keys(of));
    const listed = Object.keys(of).slice(0, 20).join(', ');
    return new Misread(node, `unknown ${isTop ? 'name' : 'field'} ${name}`, {
      suggestion,
      ...(suggestion === undefined ? { expected: `one of ${listed}` } : {}),
    });
  }

  function pointerType(node: NodeOf<'pointer'>): Type {
    const around = known.findLast((one) => 'element' in one);
    if (around === undefined || !('element' in around)) throw new Misread(node, '# is known in a predicate only');
    if (node.name === 'index') return 'integer';
    if (node.name === '') return around.element;
    if (around.acc === undefined) throw new Misread(node, '#acc is known in reduce only');
    return around.acc;
  }

  function unaryType(node: NodeOf<'unary'>): Type {
    const operand = visit(node.operand);
    if (node.operator === 'not') {
      expectType(node, operand, ['boolean'], 'not');
      return 'boolean';
    }
    expectType(node, operand, ['integer', 'number'], node.operator);
    return operand;
  }

  function expectType(node: Node, type: Type, wanted: readonly Type[], what: string): void {
    if (type === 'any' || wanted.includes(type)) return;
    throw new Misread(node, `invalid operation: ${what} (mismatched type ${nameOf(type)})`, {
      expected: wanted.map(nameOf).join(' or '),
    });
  }

  function memberType(node: NodeOf<'member'>): Type {
    const object = visit(node.object);
    const key = visit(node.key);
    if (object === 'any') return 'any';
    if (isRecord(object)) {
      if (node.key.kind === 'literal' && node.key.type === 'string')
        return fieldType(node.key, node.key, object.fields);
      throw new Misread(node.key, 'a field is named by a word, not worked out', {
        expected: Object.keys(object.fields).slice(0, 20).join(', '),
      });
    }
    if (isMap(object)) {
      if (key !== 'string' && key !== 'any')
        throw new Misread(node.key, `cannot use ${nameOf(key)} to get an element from a map`, { expected: 'string' });
      return object.map;
    }
    if (isList(object)) {
      if (key !== 'integer' && key !== 'any')
        throw new Misread(node.key, `elements of a list are selected by an integer (got ${nameOf(key)})`, {
          expected: 'integer',
        });
      return object.list;
    }
    const name = node.key.kind === 'literal' ? String(node.key.value) : undefined;
    throw new Misread(
      node.key,
      name === undefined ? `${nameOf(object)} has no elements` : `${nameOf(object)} has no field ${name}`,
    );
  }

  function sliceType(node: NodeOf<'slice'>): Type {
    const object = visit(node.object);
    for (const bound of [node.from, node.to])
      if (bound !== undefined) expectType(bound, visit(bound), ['integer'], 'a slice');
    if (object === 'any' || object === 'string' || isList(object)) return object;
    throw new Misread(node.object, `cannot slice ${nameOf(object)}`, { expected: 'string or list' });
  }

  function callType(node: NodeOf<'call'>): Type {
    if (Object.hasOwn(predicateForms, node.name))
      return typeOfPredicateCall(node, visit, (element, acc, work) => within({ element, acc }, work));
    const signature = Object.hasOwn(functions, node.name) ? functions[node.name] : undefined;
    if (signature === undefined) {
      const suggestion = nearestWord(node.name, [...Object.keys(functions), ...Object.keys(predicateForms)]);
      throw new Misread({ start: node.start, end: node.end }, `unknown function ${node.name}`, { suggestion });
    }
    return signatureType(node, signature);
  }

  function signatureType(node: NodeOf<'call'>, signature: Signature): Type {
    const given = node.parts.map(visit);
    const least = signature.takes.length - (signature.optional ?? 0);
    const most = signature.rest === undefined ? signature.takes.length : Number.POSITIVE_INFINITY;
    if (given.length < least || given.length > most) {
      const count =
        most === least ? `${least}` : most === Number.POSITIVE_INFINITY ? `at least ${least}` : `${least} to ${most}`;
      throw new Misread(node, `invalid number of arguments of ${node.name} (expected ${count}, got ${given.length})`);
    }
    given.forEach((type, index) => {
      const taken = signature.takes[index] ?? signature.rest ?? 'any';
      if (!fits(type, taken))
        throw new Misread(node.parts[index] ?? node, `cannot use ${nameOf(type)} as argument of ${node.name}`, {
          expected: taken,
        });
    });
    return typeof signature.gives === 'function' ? signature.gives(given) : signature.gives;
  }
}
