import type { OperationView } from '@operations-center/workflow';
import { describeFailure, exitsOf } from './operation.ts';

export const needsAPerson = 'Operation needs a person';
const finishedWithNotes = 'Operation finished with warnings';

/** What people should be told of an operation, given how it stands; what is not in `raise` and was told is over. */
export type OperationWarnings = {
  /** What the operation is about, as a person calls it. */
  subject: { entity_type: string; entity: string };
  raise: readonly { type: string; message: string }[];
  /** These types are over; `all`: there is nothing left to be warned of. */
  clear: readonly string[] | 'all';
};

/** Undefined: it holds nothing that has a name. */
export function warningsOf(view: OperationView): OperationWarnings | undefined {
  const claim = view.claims.find((one) => one.startsWith('cluster/')) ?? view.claims[0];
  const [entity_type, entity] = claim?.split(/\/(.*)/s) ?? [];
  if (entity_type === undefined || entity === undefined) return undefined;
  const subject = { entity_type, entity };
  switch (view.status) {
    case 'needs_attention':
    case 'paused':
      return { subject, raise: [{ type: needsAPerson, message: attentionText(view) }], clear: [] };
    case 'finished':
      return { subject, raise: notesOf(view), clear: [needsAPerson] };
    case 'undone':
      return { subject, raise: [], clear: 'all' };
    case 'queued':
    case 'running':
    case 'undoing':
    case 'left':
      return { subject, raise: [], clear: [needsAPerson] };
  }
}

const notesOf = ({ warnings }: OperationView) =>
  warnings.map(({ step, message }) => ({ type: finishedWithNotes, message: `${step}: ${message}` }));

function attentionText(view: OperationView): string {
  const why = describeFailure(view) ?? view.waits[0]?.observed.text ?? 'it is paused';
  return `${view.about}: ${why}. Ways out: ${exitsOf(view).join(', ') || 'none'}. Operation ${view.id}`;
}
