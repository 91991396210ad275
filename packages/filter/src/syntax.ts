import type { Range } from './mistake.ts';

export type Binary =
  | '=='
  | '!='
  | '<'
  | '>'
  | '<='
  | '>='
  | 'in'
  | 'matches'
  | 'contains'
  | 'startsWith'
  | 'endsWith'
  | '..'
  | '+'
  | '-'
  | '*'
  | '/'
  | '%'
  | '**'
  | '??';

/** `integer` and `number` are told apart by how they are written: `1` and `1.0`. */
export type LiteralType = 'nil' | 'boolean' | 'integer' | 'number' | 'string';

type Shape =
  | { kind: 'literal'; type: LiteralType; value: null | boolean | number | string }
  | { kind: 'name'; name: string }
  /** `#`, `#index`, `#acc`: what the predicate around it is asked about. */
  | { kind: 'pointer'; name: '' | 'index' | 'acc' }
  | { kind: 'unary'; operator: 'not' | '-' | '+'; operand: Node }
  | { kind: 'binary'; operator: Binary; left: Node; right: Node }
  /** All parts of `a and b and c` beside each other, so that a long chain is no deep tree. */
  | { kind: 'logic'; operator: 'and' | 'or'; parts: Node[] }
  | { kind: 'member'; object: Node; key: Node; optional: boolean }
  /** As far as an `?.` reaches: nil before it makes all of it nil. */
  | { kind: 'chain'; inner: Node }
  | { kind: 'slice'; object: Node; from: Node | undefined; to: Node | undefined }
  | { kind: 'call'; name: string; parts: Node[] }
  | { kind: 'predicate'; body: Node }
  | { kind: 'choice'; condition: Node; yes: Node; no: Node }
  | { kind: 'list'; items: Node[] }
  | { kind: 'map'; keys: Node[]; values: Node[] }
  | { kind: 'let'; name: string; value: Node; body: Node };

export type Node = Range & Shape;
export type NodeOf<Kind extends Node['kind']> = Extract<Node, { kind: Kind }>;

/** What a node is made of, in the order of the text. */
export function partsOf(node: Node): readonly Node[] {
  switch (node.kind) {
    case 'literal':
    case 'name':
    case 'pointer':
      return [];
    case 'unary':
      return [node.operand];
    case 'binary':
      return [node.left, node.right];
    case 'logic':
    case 'call':
      return node.parts;
    case 'member':
      return [node.object, node.key];
    case 'chain':
      return [node.inner];
    case 'slice':
      return [node.object, node.from, node.to].filter((part) => part !== undefined);
    case 'predicate':
      return [node.body];
    case 'choice':
      return [node.condition, node.yes, node.no];
    case 'list':
      return node.items;
    case 'map':
      return [...node.keys, ...node.values];
    case 'let':
      return [node.value, node.body];
  }
}
