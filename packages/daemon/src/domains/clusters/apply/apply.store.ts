import type { Db, Tx } from '../../../schema.ts';
import type { ClusterInputs } from '../clusters.store.ts';
import type { ApplyTables } from './apply.tables.ts';

export type ApplyPlanRow = ApplyTables['apply_plans'];
export type AppliedRow = ApplyTables['applied_configurations'];

export const findApplied = (db: Db, cluster: string): Promise<AppliedRow | undefined> =>
  db.selectFrom('applied_configurations').selectAll().where('cluster', '=', cluster).executeTakeFirst();

/** What the creation of a cluster was asked for and planned. */
export const findInputs = (db: Db, cluster: string): Promise<ClusterInputs | undefined> =>
  db.selectFrom('cluster_inputs').selectAll().where('cluster', '=', cluster).executeTakeFirst();

/** A cluster that was forgotten meanwhile has nothing to remember. */
export async function saveApplied(tx: Tx, row: AppliedRow): Promise<void> {
  const there = await tx.selectFrom('clusters').select('id').where('id', '=', row.cluster).executeTakeFirst();
  if (there === undefined) return;
  const { cluster: _, ...values } = row;
  await tx
    .insertInto('applied_configurations')
    .values(row)
    .onConflict((conflict) => conflict.column('cluster').doUpdateSet(values))
    .execute();
}

export const findApplyPlan = (db: Db, id: string): Promise<ApplyPlanRow | undefined> =>
  db.selectFrom('apply_plans').selectAll().where('id', '=', id).executeTakeFirst();

const live = (db: Db, nowMs: number) =>
  db.selectFrom('apply_plans').where('apply_plans.operation', 'is', null).where('apply_plans.expires_at', '>', nowMs);

/** Those that can still be run, under the name that their cluster has now. */
export const listLiveApplyPlans = (db: Db, nowMs: number) =>
  live(db, nowMs)
    .innerJoin('clusters', 'clusters.id', 'apply_plans.cluster')
    .select(['apply_plans.id', 'clusters.name as cluster', 'requested_by', 'apply_plans.created_at', 'expires_at'])
    .execute();

export const findLiveApplyPlan = (db: Db, id: string, nowMs: number): Promise<ApplyPlanRow | undefined> =>
  live(db, nowMs).selectAll().where('id', '=', id).executeTakeFirst();

/** An id of which only the beginning was typed. Ids are hex digits, so `g` is behind all that begin so. */
export const findOverApplyPlan = (db: Db, begin: string, nowMs: number): Promise<ApplyPlanRow | undefined> =>
  db
    .selectFrom('apply_plans')
    .selectAll()
    .where('id', '>=', begin)
    .where('id', '<', `${begin}g`)
    .where((is) => is.or([is('operation', 'is not', null), is('expires_at', '<=', nowMs)]))
    .orderBy('created_at', 'desc')
    .executeTakeFirst();

/** Drops a plan that was not run; false: there is none. */
export async function dropApplyPlan(tx: Tx, id: string, nowMs: number): Promise<boolean> {
  if ((await findLiveApplyPlan(tx, id, nowMs)) === undefined) return false;
  await tx.deleteFrom('apply_plans').where('id', '=', id).execute();
  return true;
}

/** What nobody runs must not pile up for a day: a plan holds the whole of two files. */
const keptPlans = 100;

/**
 * The same plan made again is the same plan: it can be run for another day. One that ran is no other plan. Of those of a
 * cluster that nobody ran the newest are kept.
 */
export async function saveApplyPlan(tx: Tx, row: ApplyPlanRow): Promise<void> {
  const { id: _, ...values } = row;
  await tx
    .insertInto('apply_plans')
    .values(row)
    .onConflict((conflict) => conflict.column('id').doUpdateSet(values))
    .execute();
  const over = await tx
    .selectFrom('apply_plans')
    .select('id')
    .where('cluster', '=', row.cluster)
    .where('operation', 'is', null)
    .orderBy('created_at', 'desc')
    .orderBy('id')
    .limit(1_000)
    .offset(keptPlans)
    .execute();
  const ids = over.map(({ id }) => id);
  if (ids.length > 0) await tx.deleteFrom('apply_plans').where('id', 'in', ids).execute();
}

export const setApplyOperation = (tx: Tx, id: string, operation: string): Promise<unknown> =>
  tx.updateTable('apply_plans').set({ operation }).where('id', '=', id).execute();

/** The plan that an operation runs, as it was shown; empty once it is over. */
export async function findShownPlan(tx: Tx, operation: string): Promise<string | undefined> {
  const row = await tx.selectFrom('apply_plans').select('shown').where('operation', '=', operation).executeTakeFirst();
  return row === undefined || row.shown === '' ? undefined : row.shown;
}

/** A plan that is over is remembered for this long: its id tells what became of it. */
const rememberMs = 30 * 24 * 60 * 60 * 1000;

/** Takes out the words of plans that are over, and later the rest. */
export async function sweepApplyPlans(tx: Tx, nowMs: number): Promise<void> {
  await tx
    .deleteFrom('apply_plans')
    .where('expires_at', '<=', nowMs - rememberMs)
    .execute();
  const words = { request: '', shown: '', plan: '', facts: '' };
  await tx.updateTable('apply_plans').set(words).where('expires_at', '<=', nowMs).where('request', '<>', '').execute();
}

/** With another key every plan has another id. How many there were. */
export async function expireApplyPlans(tx: Tx, nowMs: number): Promise<number> {
  const { numUpdatedRows } = await tx
    .updateTable('apply_plans')
    .set({ expires_at: nowMs })
    .where('operation', 'is', null)
    .where('expires_at', '>', nowMs)
    .executeTakeFirst();
  return Number(numUpdatedRows);
}
