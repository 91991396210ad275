import { isFinal, OPERATION_CODES } from '@operations-center/fleet-protocol';
import type { Call } from './call.ts';
import { emitOperation } from './events.ts';
import type { Machine } from './machine.ts';
import { isClustered, location, pause, randomUuid, stamp } from './machine.ts';
import type { Operation } from './operation-state.ts';
import { STATUS, shownOperation } from './operation-state.ts';
import type { Answer } from './reply.ts';
import { done, IncusError, ok } from './reply.ts';

export type OperationWish = {
  description: string;
  class?: 'task' | 'token';
  resources?: Record<string, string[] | null>;
  metadata?: Record<string, unknown>;
  project?: string;
  may_cancel?: boolean;
};

const KEPT_MS = 5_000;

export function openOperation(machine: Machine, wish: OperationWish): Operation {
  const now = stamp(machine.world.clock.nowMs());
  const { promise, resolve } = Promise.withResolvers<void>();
  const operation: Operation = {
    id: randomUuid(machine.world),
    class: wish.class ?? 'task',
    description: wish.description,
    created_at: now,
    updated_at: now,
    status_code: OPERATION_CODES.pending,
    resources: wish.resources ?? {},
    metadata: wish.metadata ?? {},
    may_cancel: wish.may_cancel ?? false,
    err: '',
    location: location(machine),
    project: wish.project ?? '',
    finished: promise,
    settle: resolve,
  };
  machine.operations.set(operation.id, operation);
  emitOperation(machine, operation);
  operation.status_code = OPERATION_CODES.running;
  emitOperation(machine, operation);
  return operation;
}

/** Starts a task and returns at once. The task ends in Success, or in Failure with the thrown text; a stopped machine forgets it. */
export function startTask(
  machine: Machine,
  wish: OperationWish,
  run: (operation: Operation) => Promise<void>,
): Operation {
  const operation = openOperation(machine, wish);
  const { life } = machine;
  void (async () => {
    await pause(machine, 0);
    try {
      await run(operation);
      if (machine.life === life) endOperation(machine, operation, OPERATION_CODES.success);
    } catch (error) {
      if (machine.life === life)
        endOperation(
          machine,
          operation,
          OPERATION_CODES.failure,
          error instanceof Error ? error.message : String(error),
        );
    }
  })();
  return operation;
}

export function endOperation(machine: Machine, operation: Operation, status: number, err = ''): void {
  if (isFinal(operation)) return;
  operation.status_code = status;
  operation.err = err;
  operation.updated_at = stamp(machine.world.clock.nowMs());
  emitOperation(machine, operation);
  operation.settle();
  machine.world.afterMs(KEPT_MS, () => machine.operations.delete(operation.id));
}

/** Operations of all members that can be reached: any member shows them all. */
export function clusterOperations(machine: Machine): { machine: Machine; operation: Operation }[] {
  const members = isClustered(machine)
    ? [...machine.store.seats.values()].filter((member) => member.running)
    : [machine];
  return members.flatMap((member) =>
    [...member.operations.values()].map((operation) => ({ machine: member, operation })),
  );
}

export function listOperations(call: Call): Answer {
  const lists: Record<string, unknown[]> = {};
  const all = clusterOperations(call.machine).sort((a, b) => a.operation.status_code - b.operation.status_code);
  for (const { operation } of all) {
    const status = (STATUS[operation.status_code] ?? '').toLowerCase();
    lists[status] ??= [];
    lists[status].push(call.recursion > 0 ? shownOperation(operation) : `/1.0/operations/${operation.id}`);
  }
  return ok(lists);
}

export const showOperation = (call: Call): Answer => ok(shownOperation(findOperation(call).operation));

/** Headers go out at once; the body comes when the operation ends, the time is over, or the client is gone. */
export function waitOperation(call: Call): Answer {
  const { operation } = findOperation(call);
  const seconds = Number(call.request.query.get('timeout') ?? '-1');
  const timeout = new Promise<void>((resolve) => {
    if (seconds >= 0) call.machine.world.afterMs(seconds * 1000, resolve);
    call.request.signal.addEventListener('abort', () => resolve(), { once: true });
  });
  const later = Promise.race([operation.finished, timeout]).then(() => shownOperation(operation));
  return { status: 200, metadata: null, later };
}

export function cancelOperation(call: Call): Answer {
  const { machine, operation } = findOperation(call);
  if (isFinal(operation) || !operation.may_cancel) {
    throw new IncusError(
      400,
      operation.may_cancel ? 'Only running operations can be cancelled' : "This operation can't be cancelled",
    );
  }
  endOperation(machine, operation, OPERATION_CODES.cancelled);
  return done();
}

function findOperation(call: Call): { machine: Machine; operation: Operation } {
  const found = clusterOperations(call.machine).find(({ operation }) => operation.id === call.param('id'));
  if (found === undefined) throw new IncusError(404, 'Operation not found');
  return found;
}
