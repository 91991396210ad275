import type { Db, Tx } from '../../../schema.ts';
import type { PlanTables } from './plans.tables.ts';

export type PlanRow = PlanTables['plans'];
export type HeldId = PlanTables['plan_ids'];

export const findPlan = (db: Db, id: string): Promise<PlanRow | undefined> =>
  db.selectFrom('plans').selectAll().where('id', '=', id).executeTakeFirst();

/** An id of which only the beginning was typed. Ids are hex digits, so `g` is behind all that begin so. */
export const findOverPlan = (db: Db, begin: string, nowMs: number): Promise<PlanRow | undefined> =>
  db
    .selectFrom('plans')
    .selectAll()
    .where('id', '>=', begin)
    .where('id', '<', `${begin}g`)
    .where((is) => is.or([is('operation', 'is not', null), is('expires_at', '<=', nowMs)]))
    .orderBy('created_at', 'desc')
    .executeTakeFirst();

const live = (db: Db, nowMs: number) =>
  db.selectFrom('plans').where('operation', 'is', null).where('expires_at', '>', nowMs);

/** Plans that can still be run, the oldest first. */
export const listLivePlans = (db: Db, nowMs: number): Promise<LivePlan[]> =>
  live(db, nowMs)
    .select(['id', 'cluster', 'requested_by', 'created_at', 'expires_at'])
    .orderBy('created_at')
    .orderBy('id')
    .execute();
export type LivePlan = Pick<PlanRow, 'id' | 'cluster' | 'requested_by' | 'created_at' | 'expires_at'>;

export const countLivePlans = async (db: Db, nowMs: number): Promise<number> =>
  Number(
    (
      await live(db, nowMs)
        .select((eb) => eb.fn.countAll().as('n'))
        .executeTakeFirstOrThrow()
    ).n,
  );

export const findLivePlan = (db: Db, id: string, nowMs: number): Promise<PlanRow | undefined> =>
  live(db, nowMs).selectAll().where('id', '=', id).executeTakeFirst();

/** Drops a plan that was not run, and frees what no other plan holds; false: there is none. */
export async function dropPlan(tx: Tx, id: string, nowMs: number): Promise<boolean> {
  if ((await findLivePlan(tx, id, nowMs)) === undefined) return false;
  await tx.deleteFrom('plans').where('id', '=', id).execute();
  await sweepPlans(tx, nowMs);
  return true;
}

/** The chance of the plans of a request that can still be run. */
export async function findUlaPrefix(db: Db, request_digest: string, nowMs: number): Promise<string | undefined> {
  const row = await db
    .selectFrom('plans')
    .select('ula_prefix')
    .where('request_digest', '=', request_digest)
    .where('operation', 'is', null)
    .where('expires_at', '>', nowMs)
    .orderBy('created_at', 'desc')
    .executeTakeFirst();
  return row?.ula_prefix;
}

/** The same plan made again is the same plan: it can be run for another day. */
export async function savePlan(tx: Tx, row: PlanRow): Promise<void> {
  const { id: _, ...values } = row;
  await tx
    .insertInto('plans')
    .values(row)
    .onConflict((conflict) => conflict.column('id').doUpdateSet(values))
    .execute();
}

export const setPlanOperation = (tx: Tx, id: string, operation: string): Promise<unknown> =>
  tx.updateTable('plans').set({ operation }).where('id', '=', id).execute();

export const listHeldIds = (db: Db): Promise<HeldId[]> => db.selectFrom('plan_ids').selectAll().execute();

/** What a request holds is from now on this. */
export async function holdIds(tx: Tx, request_digest: string, ids: readonly HeldId[]): Promise<void> {
  await releaseIds(tx, request_digest);
  if (ids.length > 0)
    await tx
      .insertInto('plan_ids')
      .values([...ids])
      .execute();
}

export const releaseIds = (tx: Tx, request_digest: string): Promise<unknown> =>
  tx.deleteFrom('plan_ids').where('request_digest', '=', request_digest).execute();

/** Plans that did not run yet are over as of now; how many. They are named by a key that is not in use any more. */
export async function expirePlans(tx: Tx, nowMs: number): Promise<number> {
  const { numUpdatedRows } = await tx
    .updateTable('plans')
    .set({ expires_at: nowMs })
    .where('operation', 'is', null)
    .where('expires_at', '>', nowMs)
    .executeTakeFirst();
  await sweepPlans(tx, nowMs);
  return Number(numUpdatedRows);
}

/** A plan that is over is remembered for this long: its id tells what became of it. */
const rememberMs = 30 * 24 * 60 * 60 * 1000;

/**
 * Frees what no plan holds any more. Of a plan that is over only its name is kept, so that it can be said what became of
 * it, and later not even that.
 */
export async function sweepPlans(tx: Tx, nowMs: number): Promise<void> {
  await tx
    .deleteFrom('plans')
    .where('expires_at', '<=', nowMs - rememberMs)
    .execute();
  const words = { request: '', shown: '', plan: '', facts: '' };
  await tx.updateTable('plans').set(words).where('expires_at', '<=', nowMs).where('request', '<>', '').execute();
  const live = tx
    .selectFrom('plans')
    .select('request_digest')
    .where('operation', 'is', null)
    .where('expires_at', '>', nowMs);
  await tx.deleteFrom('plan_ids').where('request_digest', 'not in', live).execute();
}
