import { FilterFailure } from './mistake.ts';
import type { Node } from './syntax.ts';
import type { Value } from './values.ts';

/** What an expression is evaluated for. */
export type Evaluation = {
  record: Readonly<Record<string, unknown>>;
  nowMs: number;
  /** How much may still be done: nothing that a person writes comes near it, and no expression can stop us. */
  left: number;
};

/** Around each variable, and around each predicate while it is asked. */
export type Scope = {
  evaluation: Evaluation;
  up: Scope | undefined;
  variable?: { name: string; value: Value };
  element?: { value: Value; index: number; acc: Value };
};

/** Elements gone through, and characters put together, for one record. */
export const mostWork = 1_000_000;

export function spend(scope: Scope, amount: number, node: Node): void {
  scope.evaluation.left -= amount;
  if (scope.evaluation.left < 0) throw new FilterFailure(node, 'the expression takes too much work for one record');
}

export type Evaluator = (scope: Scope) => Value;
