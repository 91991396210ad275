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
  const contains = database.dialect === 'postgres' ? 'strpos' : 'instr';
  const [undone] = await database.rows<{ failed: number }>(
    `select count(*) as failed from operations where outcome = 'undone' and created_at >= ? and exists (
       select 1 from operation_steps where operation = operations.id and event = 'failed' and ${contains}(detail, '"final":true') > 0)`,
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
