import type { Exit, OperationStatus } from './operation.ts';

/** The row is held by another open operation. */
export class ClaimTaken extends Error {
  readonly code = 'claim_taken';
  readonly claim: string;
  readonly operation: string;
  /** What that operation does, and since when it has been open. */
  readonly about: string;
  readonly since: number;
  constructor(claim: string, holder: { operation: string; about: string; since: number }) {
    super(`${claim} is held by operation ${holder.operation}: wait for it, or cancel it`);
    this.name = 'ClaimTaken';
    this.claim = claim;
    this.operation = holder.operation;
    this.about = holder.about;
    this.since = holder.since;
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
  constructor(operation: string, exit: Exit, status: OperationStatus, exits: readonly Exit[], because?: string) {
    const reason = because === undefined ? '' : `, because ${because}`;
    super(
      `operation ${operation} ${whyNot(exit, status)}${reason}${exits.length === 0 ? '' : `; possible now: ${exits.join(', ')}`}`,
    );
    this.name = 'ExitNotPossible';
    this.operation = operation;
    this.exits = exits;
  }
}

function whyNot(exit: Exit, status: OperationStatus): string {
  switch (status) {
    case 'finished':
      return `is over, it finished: ${exit} is not possible any more`;
    case 'undone':
      return `is over, everything was taken back: ${exit} is not possible any more`;
    case 'left':
      return `is over, it was left as it stood: ${exit} is not possible any more`;
    case 'undoing':
      return `is being taken back already: ${exit} is not possible now`;
    case 'queued':
    case 'running':
    case 'paused':
      return `is ${status}: ${exit} is not possible now`;
    case 'needs_attention':
      return `needs attention: ${exit} is not possible now`;
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
