import type { NewEvent } from '../events/event.ts';
import type { NewAuditRow } from './audit-row.ts';

/** What of a row an event knows. */
export type OwnChange = Pick<
  NewAuditRow,
  'protocol' | 'username' | 'address' | 'what' | 'object' | 'operation' | 'detail'
>;

/** Changes that nobody who is trusted has asked for in a request of his own, by the event that tells of them. */
const ownActions: ReadonlySet<string> = new Set([
  'server-registered',
  'server-status-changed',
  'cluster-status-changed',
]);

/** The row for an event; undefined: the request behind it has one already, or it is a mere step on the way. */
export function ownChangeOf(event: NewEvent): OwnChange | undefined {
  if (event.type === 'operation') return operationChange(event.metadata);
  const { action, source, context = {}, requestor } = event.metadata;
  if (!ownActions.has(action)) return undefined;
  return {
    protocol: requestor?.protocol ?? '',
    username: requestor?.username ?? '',
    address: requestor?.address ?? '',
    what: action,
    object: source,
    operation: '',
    detail: JSON.stringify(context),
  };
}

type OperationMetadata = Extract<NewEvent, { type: 'operation' }>['metadata'];

/** That it was begun, and how it came to rest: finished, undone, paused, or asking. */
function operationChange(metadata: OperationMetadata): OwnChange | undefined {
  const { event, status, requested_by } = metadata.metadata;
  if (event !== 'submitted' && event !== 'resting') return undefined;
  const { id, description, err, resources } = metadata;
  return {
    protocol: '',
    username: '',
    address: '',
    what: event === 'submitted' ? 'operation-submitted' : `operation-${status.replaceAll('_', '-')}`,
    object: `/1.0/operations/${id}`,
    operation: id,
    detail: JSON.stringify({ description, requested_by, resources, ...(err === '' ? {} : { err }) }),
  };
}
