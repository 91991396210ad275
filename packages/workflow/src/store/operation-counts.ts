import { type KnownWorkflows } from '../derive/reading.ts';
import { type EngineDatabase, listOf } from './operations.store.ts';

export type OperationCounts = {
  /** Queued, running or being taken back. */
  working: number;
  paused: number;
  needs_attention: number;
  /** Taken back because a step failed, of those submitted since then. */
  failed: number;
};

/** Counts without reading a journal; an operation that came to need a person this very moment may still count as working. */
export async function countOperations(
  database: EngineDatabase,
  known: KnownWorkflows,
  since: number,
): Promise<OperationCounts> {
  const isKnown = `workflow || '@' || version in (select value from ${listOf(database.dialect)})`;
  const [open] = await database.rows<{ paused: number; needs_attention: number; all: number }>(
    `select count(*) as "all",
       coalesce(sum(case when paused is not null and ${isKnown} then 1 else 0 end), 0) as paused,
       coalesce(sum(case when not ${isKnown} or (paused is null and todo = 0 and holder is null) then 1 else 0 end), 0) as needs_attention
     from operations where outcome is null`,
    [JSON.stringify([...known.keys()]), JSON.stringify([...known.keys()])],
  );
  // As `hasFailed`: a failure that was overcome, skipped or waved through by "finish" is no reason any more.
  const contains = database.dialect === 'postgres' ? 'strpos' : 'instr';
  const [undone] = await database.rows<{ failed: number }>(
    `select count(*) as failed from operations where outcome = 'undone' and created_at >= ? and exists (
       select 1 from operation_steps as failure
       where failure.operation = operations.id and failure.event = 'failed' and ${contains}(failure.detail, '"final":true') > 0
         and not exists (
           select 1 from operation_steps as later
           where later.operation = failure.operation and later.step = failure.step and later.seq > failure.seq
             and later.event in ('succeeded', 'skipped', 'reopened')))`,
    [since],
  );
  const paused = open?.paused ?? 0;
  const needs_attention = open?.needs_attention ?? 0;
  return {
    working: (open?.all ?? 0) - paused - needs_attention,
    paused,
    needs_attention,
    failed: undone?.failed ?? 0,
  };
}
