import type { Step } from './schema.rules.ts';

/** Where a place in a YAML text is: the path of the map it is in, and the key if it stands behind one. */
export type Place = { path: Step[]; key: string | undefined };

type Line = { indent: number; isEntry: boolean; key: string | undefined; rest: string };

const shape = /^(\s*)((?:- +)*)(?:(?:"([^"]*)"|'([^']*)'|([^\s:#"'][^:#]*?))\s*:(?=\s|$))?\s*(.*)$/;

function readLine(text: string): Line {
  const [, spaces = '', dashes = '', double, single, plain, rest = ''] = shape.exec(text) ?? [];
  const key = double ?? single ?? plain;
  return { indent: spaces.length + dashes.length, isEntry: dashes !== '', key, rest };
}

/**
 * The path of a line by how far it and the lines before it are indented; enough for what people write in block style.
 * `text` ends at the place.
 */
export function placeAt(text: string): Place {
  const lines = text.split('\n');
  const here = lines.pop() ?? '';
  const own = readLine(here);
  const path: Step[] = own.isEntry ? ['-'] : [];
  // An entry of a list belongs to the key that stands as far left as its dash.
  let limit = own.isEntry ? dashOf(here) + 1 : own.indent;
  for (const before of lines.toReversed()) {
    if (/^\s*(?:#|$)/.test(before)) continue;
    const line = readLine(before);
    const start = line.isEntry ? dashOf(before) : line.indent;
    if (line.indent < limit && line.key !== undefined && !line.isEntry) {
      path.unshift(line.key);
      limit = line.indent;
    } else if (line.isEntry && start < limit) {
      // The first key of an entry, and those below it, are in the same map.
      if (line.key !== undefined && line.indent < limit) path.unshift(line.key);
      path.unshift('-');
      limit = start + 1;
    }
    if (limit === 0) break;
  }
  return { path, key: own.key };
}

const dashOf = (line: string): number => line.search(/-/);
