import type { Exit } from './operation.ts';

/** The row is held by another open operation. */
export class ClaimTaken extends Error {
  readonly code = 'claim_taken';
  readonly claim: string;
  readonly operation: string;
  constructor(claim: string, operation: string) {
    super(`${claim} is held by operation ${operation}: wait for it, or cancel it`);
    this.name = 'ClaimTaken';
    this.claim = claim;
    this.operation = operation;
  }
}

export class OperationNotFound extends Error {
  readonly code = 'operation_not_found';
  readonly operation: string;
  constructor(operation: string) {
    super(`there is no operation ${operation}`);
    this.name = 'OperationNotFound';
    this.operation = operation;
  }
}

/** What was asked is not among the ways out that the operation has now. */
export class ExitNotPossible extends Error {
  readonly code = 'exit_not_possible';
  readonly operation: string;
  readonly exits: readonly Exit[];
  constructor(operation: string, exit: Exit, status: string, exits: readonly Exit[]) {
    const others = exits.length === 0 ? 'there is nothing to choose now' : `possible now: ${exits.join(', ')}`;
    super(`operation ${operation} is ${status}: ${exit} is not possible, ${others}`);
    this.name = 'ExitNotPossible';
    this.operation = operation;
    this.exits = exits;
  }
}

/** Another holder works on the operation: this one must not write, and must not act. */
export class LeaseLost extends Error {
  readonly code = 'lease_lost';
  constructor(operation: string) {
    super(`operation ${operation} was taken over by another runner`);
    this.name = 'LeaseLost';
  }
}
