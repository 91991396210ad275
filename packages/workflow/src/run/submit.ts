import { randomUUID } from 'node:crypto';
import { type AnyTx, afterCommit } from '@operations-center/database';
import { type OnRecord, type RecordedOperation, wholeOperation } from '../operation-record.ts';
import { insertOperation } from '../store/operations.store.ts';
import type { Workflow } from '../workflow.ts';
import type { Submission } from './runner-parts.ts';

type SubmitParts = {
  workflows: readonly Workflow[];
  nowMs(): number;
  onRecord: OnRecord;
  /** The operation is there for good. */
  submitted(id: string, at: number): void;
};

/** Inserts an operation of the newest version of its workflow, in the caller's write. */
export async function submitOperation(
  tx: AnyTx,
  { workflow: name, plan, requested_by }: Submission,
  parts: SubmitParts,
): Promise<string> {
  const workflow = newestOf(parts.workflows, name);
  const id = randomUUID();
  const created_at = parts.nowMs();
  const operation: RecordedOperation = {
    id,
    workflow: name,
    about: workflow.about(plan),
    claims: workflow.claims(plan),
    requested_by: requested_by ?? null,
    created_at,
  };
  const subjects = workflow.subjects?.(plan) ?? [];
  await insertOperation(tx, { ...operation, subjects, version: workflow.version, plan: JSON.stringify(plan) });
  await parts.onRecord(tx, { operation, event: 'submitted', status: 'queued', at: created_at, ...wholeOperation });
  afterCommit(tx, () => parts.submitted(id, created_at));
  return id;
}

function newestOf(workflows: readonly Workflow[], name: string): Workflow {
  const [newest] = workflows.filter((workflow) => workflow.name === name).sort((a, b) => b.version - a.version);
  if (newest === undefined) throw new Error(`there is no workflow "${name}"`);
  return newest;
}
