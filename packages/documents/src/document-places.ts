import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type LineCounter,
  type Scalar,
  type YAMLMap,
} from 'yaml';
import type { Origin, Path, Range } from './problem.ts';

/** Where the parts of a parsed document stand, and how its scalars were written. */
export function originOf(document: Document, lines: LineCounter, file: string): Origin {
  return {
    file,
    locate(path, part) {
      const span = spanOf(document, path, part);
      return span === undefined ? undefined : toRange(lines, span);
    },
    sourceOf(path) {
      const node = nodeAt(document, path);
      return isScalar(node) && isPlain(node) ? node.source : undefined;
    },
  };
}

/** Written without quotes and without a tag. */
export const isPlain = (node: Scalar): boolean => node.type === 'PLAIN' && node.tag === undefined;

type Span = readonly [start: number, end: number];

export function toRange(lines: LineCounter, [start, end]: Span): Range {
  const [from, to] = [lines.linePos(start), lines.linePos(Math.max(start, end))];
  return { line: from.line, column: from.col, end_line: to.line, end_column: to.col };
}

/** Where a path stands; where it ends early, its last part that exists. */
function spanOf(document: Document, path: Path, part: 'key' | 'value'): Span | undefined {
  let node: unknown = document.contents;
  let found = rangeOf(node);
  for (const [index, step] of path.entries()) {
    const { key, value } = stepInto(document, node, step) ?? {};
    if (key === undefined && value === undefined) return found;
    const isLast = index === path.length - 1;
    found = (isLast && part === 'key' ? rangeOf(key) : undefined) ?? rangeOf(value) ?? rangeOf(key) ?? found;
    node = value;
  }
  return found;
}

function nodeAt(document: Document, path: Path): unknown {
  let node: unknown = document.contents;
  for (const step of path) node = stepInto(document, node, step)?.value;
  return isAlias(node) ? node.resolve(document) : node;
}

function stepInto(
  document: Document,
  from: unknown,
  step: string | number,
): { key?: unknown; value: unknown } | undefined {
  const node = isAlias(from) ? from.resolve(document) : from;
  if (isSeq(node) && typeof step === 'number') return { value: node.items[step] };
  if (!isMap(node)) return undefined;
  return pairOf(node, String(step)) ?? mergedPairOf(document, node, String(step));
}

const pairOf = (map: YAMLMap, key: string) =>
  map.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === key);

/** `<<: *base` and `<<: [*one, *other]`: keys that stand in another map. */
function mergedPairOf(document: Document, map: YAMLMap, key: string): ReturnType<typeof stepInto> {
  for (const pair of map.items) {
    if (!isScalar(pair.key) || pair.key.source !== '<<') continue;
    const bases = isSeq(pair.value) ? pair.value.items : [pair.value];
    for (const base of bases) {
      const found = stepInto(document, base, key);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

const rangeOf = (node: unknown): Span | undefined =>
  isNode(node) && node.range ? [node.range[0], node.range[1]] : undefined;
