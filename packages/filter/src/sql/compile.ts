import { mayFailFor } from '../can-fail.ts';
import { type Filter, filterOf } from '../parse-filter.ts';
import { conjunctsOf } from '../split-conditions.ts';
import type { Node } from '../syntax.ts';
import { compileCondition } from './conditions.ts';
import { type Columns, joined, type Piece, type Sql, type SqlDialect, withGuards } from './sql.ts';
import { makeTerms } from './terms.ts';

export type CompiledFilter = {
  /** Holds for every row for which the filter does; with `?` for the parameters. Never null. */
  where: string;
  parameters: (string | number)[];
  /** What is still to be asked of the rows that `where` lets pass; undefined: nothing. */
  rest: Filter | undefined;
};

/**
 * As much of a filter as the database can say, in such words that the answer stays the same. `columns` says where the
 * fields are. What a value may do to a database (numbers that it cannot hold, characters that it refuses) makes the row
 * pass, and `rest` decides.
 */
export function compileFilter(filter: Filter, dialect: SqlDialect, columns: Columns): CompiledFilter {
  const parts = conjunctsOf(filter.root);
  const terms = makeTerms(filter.types, dialect, columns);
  const pushed: Piece[] = [];
  const left: Node[] = [];
  // Behind a part that may fail nothing is said to the database: it could leave out the row that it fails for.
  let isSafe = true;
  for (const part of parts) {
    const sql = isSafe ? compileCondition(part, terms) : undefined;
    if (sql !== undefined) pushed.push(withGuards(sql));
    if (sql !== undefined && sql.guards.length === 0) continue;
    left.push(part);
    if (sql !== undefined) continue;
    isSafe &&= !mayFailFor(part, filter.types);
    const weaker = isSafe ? weaken(part, terms) : undefined;
    if (weaker !== undefined) pushed.push(withGuards(weaker));
  }
  const where = pushed.length === 0 ? { text: '1 = 1', values: [] } : joined(' and ', pushed);
  const rest = left.length === 0 ? undefined : left.length === parts.length ? filter : filterOf(filter, left);
  return { where: where.text, parameters: [...where.values], rest };
}

/** A condition that holds at least wherever this does: of `a and b` what can be said, of `a or b` only both. */
function weaken(node: Node, terms: ReturnType<typeof makeTerms>): Sql | undefined {
  const whole = compileCondition(node, terms);
  if (whole !== undefined || node.kind !== 'logic') return whole;
  const parts = node.parts.map((part) => weaken(part, terms));
  const said = parts.filter((part) => part !== undefined);
  if (said.length === 0 || (node.operator === 'or' && said.length < parts.length)) return undefined;
  return joined(` ${node.operator} `, said);
}
