import type { Operation, OperationJournalLine } from '@operations-center/contract';
import {
  type Exit,
  type JournalLine,
  type OperationRecord,
  type OperationStatus,
  type OperationView,
} from '@operations-center/workflow';

/** Incus' words and codes; one that waits for a person is an error to Incus' clients, though it is not over. */
const statuses: Record<OperationStatus, { status: string; status_code: number }> = {
  queued: { status: 'Pending', status_code: 105 },
  running: { status: 'Running', status_code: 103 },
  undoing: { status: 'Cancelling', status_code: 104 },
  paused: { status: 'Frozen', status_code: 110 },
  needs_attention: { status: 'Error', status_code: 112 },
  finished: { status: 'Success', status_code: 200 },
  undone: { status: 'Failure', status_code: 400 },
  left: { status: 'Failure', status_code: 400 },
};

/** An operation as it goes over the wire. */
export function toOperation(view: OperationView): Operation {
  const exits = exitsOf(view);
  return {
    id: view.id,
    class: 'task',
    description: view.about,
    created_at: toTime(view.created_at),
    updated_at: toTime(view.updated_at),
    ...wordOf(view),
    resources: toResources(view.claims),
    metadata: {
      workflow: view.workflow,
      version: view.version,
      status: view.status,
      requested_by: view.requested_by,
      steps: view.steps.map((step) => ({
        key: step.key,
        name: step.name,
        target: step.target,
        about: step.about,
        state: step.state,
        attempt: step.attempt,
        started_at: step.started_at === null ? null : toTime(step.started_at),
        ended_at: step.ended_at === null ? null : toTime(step.ended_at),
        already: step.already,
      })),
      waits: view.waits.map((wait) => ({
        for: wait.for,
        since: toTime(wait.since),
        observed: { text: wait.observed.text, at: toTime(wait.observed.at) },
        unblocks: wait.unblocks,
        exits: [...wait.exits],
      })),
      direction: view.direction,
      exits: [...exits],
      ways_out: view.ways_out.map((way) => ({ ...way })),
      failure: view.failure === null ? null : { ...view.failure },
      first_failure: view.first_failure === null ? null : { ...view.first_failure },
      warnings: view.warnings.map((warning) => ({ ...warning })),
    },
    may_cancel: exits.includes('cancel'),
    err: describeFailure(view) ?? '',
    location: '',
  };
}

/** A record as an event tells it: what Incus' clients look for, and which step did what. The whole is behind its URL. */
export const toOperationEvent = ({ operation, event, status, at, step, attempt, text }: OperationRecord) => ({
  id: operation.id,
  class: 'task',
  description: operation.about,
  created_at: toTime(operation.created_at),
  updated_at: toTime(at),
  ...statuses[status],
  resources: toResources(operation.claims),
  metadata: { workflow: operation.workflow, status, requested_by: operation.requested_by, event, step, attempt, text },
  may_cancel: status === 'queued' || status === 'running',
  err: text ?? '',
  location: '',
});

/** A record of the journal as it goes over the wire. */
export function toJournalLine({ seq, at, step, event, attempt, detail }: JournalLine): OperationJournalLine {
  const { failure, warnings = [], already } = detail;
  const texts = [
    failure === undefined ? '' : `${failure.message} (${failure.code}${failure.final ? '' : ', it is tried again'})`,
    already === true ? 'as wanted already' : '',
    ...warnings.map(({ message }) => `warning: ${message}`),
  ];
  return { seq, at: toTime(at), step, event, attempt, text: texts.filter((text) => text !== '').join('; ') };
}

/** Taken back because a person wanted it is no failure. */
function wordOf(view: OperationView): { status: string; status_code: number } {
  const isCancelled = view.status === 'undone' && view.failure === null;
  return isCancelled ? { status: 'Cancelled', status_code: 401 } : statuses[view.status];
}

/** The ways out that a person has now. */
export const exitsOf = (view: OperationView): Exit[] => view.ways_out.map(({ exit }) => exit);

/**
 * Half-way and at rest: nothing happens before a person chooses, and no call of ours is under way. One that waits
 * between two tries of taking back can be left, too, but goes on by itself.
 */
export const standsStill = (view: OperationView): boolean =>
  (view.status === 'needs_attention' || view.status === 'paused') && exitsOf(view).includes('leave');

/** Server or item, step, cause, in one line; undefined: nothing failed. */
export function describeFailure({ failure, first_failure }: OperationView): string | undefined {
  if (failure === null) return undefined;
  if (first_failure === null) return oneFailure(failure);
  return `${oneFailure(first_failure)}; taking it back: ${oneFailure(failure)}`;
}

function oneFailure({ step, target, message }: NonNullable<OperationView['failure']>): string {
  if (target === null) return `${step}: ${message}`;
  const cause = message.startsWith(`${target}: `) ? message.slice(target.length + 2) : message;
  return `${target}: ${step}: ${cause}`;
}

export const operationsPath = '/1.0/operations';
export const operationUrl = (id: string): string => `${operationsPath}/${id}`;

const toTime = (epochMs: number): string => new Date(epochMs).toISOString();

const collections: Record<string, string> = {
  operation: operationsPath,
  cluster: '/1.0/provisioning/clusters',
  server: '/1.0/provisioning/servers',
};

/** `server/server1` → `{servers: ["/1.0/provisioning/servers/server1"]}`. */
function toResources(claims: readonly string[]): Record<string, string[]> {
  const resources: Record<string, string[]> = {};
  for (const claim of claims) {
    const slash = claim.indexOf('/');
    const kind = claim.slice(0, slash);
    const collection = collections[kind];
    if (collection === undefined) continue;
    (resources[`${kind}s`] ??= []).push(`${collection}/${claim.slice(slash + 1)}`);
  }
  return resources;
}
