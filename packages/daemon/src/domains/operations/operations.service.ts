import { Fault } from '@operations-center/contract';
import type { AnyTx } from '@operations-center/database';
import {
  ClaimTaken,
  type Exit,
  ExitNotPossible,
  type JournalLine,
  type OperationCounts,
  type OperationFilter,
  OperationNotFound,
  type OperationView,
  type Page,
  type Runner,
  type Submission,
} from '@operations-center/workflow';

/** Operations as the rest of the daemon knows them: the runner, its refusals told as faults. */
export type OperationService = {
  /** Inserts the operation in the caller's write; it begins after the COMMIT. `operation_in_progress`: its rows are held. */
  submit(tx: AnyTx, submission: Submission): Promise<string>;
  /** Resolves when it is over or needs a person. Rejects with the signal's reason. */
  wait(id: string, signal: AbortSignal): Promise<OperationView>;
  find(id: string): Promise<OperationView | undefined>;
  /** `operation_not_found` if there is none. */
  load(id: string): Promise<OperationView>;
  /** `operation_not_found` if there is none. */
  journal(id: string, after: number, limit: number): Promise<JournalLine[]>;
  /** Newest first. */
  page(filter: OperationFilter): Promise<Page<OperationView>>;
  /** How many there are in which state. */
  count(since: number): Promise<OperationCounts>;
  /** Takes a way out. `operation_exit_not_possible` names those that there are. */
  take(exit: Exit, id: string): Promise<OperationView>;
};

/** `stopping`: the daemon ends; who waits is told so, and the operation goes on when it is back. */
export function makeOperationService(runner: Runner, stopping: AbortSignal): OperationService {
  const load = async (id: string): Promise<OperationView> => (await runner.view(id)) ?? raiseNotFound(id);
  return {
    submit: (tx, submission) => asFault(() => runner.submit(tx, submission)),
    wait: (id, signal) =>
      asFault(async () => {
        try {
          return await runner.wait(id, AbortSignal.any([signal, stopping]));
        } catch (error) {
          if (!stopping.aborted) throw error;
          const message = `Operations Center is stopping; operation ${id} goes on when it is back`;
          throw new Fault('shutting_down', message, { details: { operation: id }, cause: error });
        }
      }),
    find: (id) => runner.view(id),
    load,
    async journal(id, after, limit) {
      await load(id);
      return runner.journal(id, after, limit);
    },
    count: (since) => runner.count(since),
    page: (filter) => runner.page(filter),
    async take(exit, id) {
      await asFault(() => runner[exit](id));
      return load(id);
    },
  };
}

function raiseNotFound(id: string): never {
  throw new Fault('operation_not_found', 'Operation not found', { details: { operation: id.slice(0, 80) } });
}

async function asFault<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof OperationNotFound) raiseNotFound(error.operation);
    if (error instanceof ExitNotPossible) {
      const message = error.message.replace(/^o/, 'O');
      const details = { operation: error.operation, exits: error.exits };
      // Without a way out there is nothing to choose: what it came to can still be seen.
      const hint = `What became of it: operations-center operation show ${error.operation}.`;
      const fixed = error.exits.length === 0 ? { hint } : {};
      throw new Fault('operation_exit_not_possible', message, { details, cause: error, ...fixed });
    }
    if (error instanceof ClaimTaken) {
      const [kind = '', name = ''] = error.claim.split(/\/(.*)/s);
      const since = new Date(error.since).toISOString();
      const message = `Operation ${error.operation} works on ${kind} "${name}" since ${since}: ${error.about}`;
      throw new Fault('operation_in_progress', message, {
        details: { operation: error.operation, since, [kind]: name },
        cause: error,
      });
    }
    throw error;
  }
}
