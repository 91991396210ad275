import { type AnyTx, dialectOf, nowMsText, preparedRows, preparedRun } from '@operations-center/database';
import { type OperationRow, operationColumns } from '../operation-rows.ts';
import { type Grip, listOf, type Wishes } from './operations.store.ts';

export type Lease = { owner: string; holder: string; leaseMs: number; nowMs: number };
export type Claiming = Lease & {
  limit: number;
  /** Leases of others need not be waited for: nobody else can be alive. */
  exclusive: boolean;
  /** Leases of an earlier run of the same owner need not be waited for either. */
  restarted: boolean;
  /** `name@version` of every workflow this program knows: others are left to those who do. */
  known: readonly string[];
};

/** Operations taken from the queue, with what stood in their row before. */
export type Claimed = { row: OperationRow; wasHeld: boolean };

/** Takes up to `limit` operations that have something to do and that nobody holds. */
export async function claimOperations(tx: AnyTx, claiming: Claiming): Promise<Claimed[]> {
  const dialect = dialectOf(tx);
  const now = nowMsText(dialect);
  const abandoned = `(lease_until < ${now} and busy_until < ${now})`;
  const [free, values] = claiming.exclusive
    ? ['(holder is null or holder <> ?)', [claiming.holder]]
    : claiming.restarted
      ? [`(holder is null or owner = ? or ${abandoned})`, [claiming.owner]]
      : [`(holder is null or ${abandoned})`, []];
  const found = await preparedRows<{ id: string; holder: string | null }>(
    tx,
    `select id, holder from operations where outcome is null and todo = 1 and ${free}
     and workflow || '@' || version in (select value from ${listOf(dialect)}) order by created_at limit ${claiming.limit} ${dialect === 'postgres' ? 'for update skip locked' : ''}`,
    [...values, JSON.stringify(claiming.known)],
  );
  if (found.length === 0) return [];
  const held = new Set(found.filter(({ holder }) => holder !== null).map(({ id }) => id));
  const rows = await preparedRows<OperationRow>(
    tx,
    `update operations set owner = ?, holder = ?, fence = fence + 1, lease_until = ${now} + ?, busy_until = 0
     where id in (select value from ${listOf(dialect)}) returning ${operationColumns}`,
    [claiming.owner, claiming.holder, claiming.leaseMs, JSON.stringify(found.map(({ id }) => id))],
  );
  return rows.map((row) => ({ row, wasHeld: held.has(row.id) }));
}

/** Operations that rest are looked at anew when a program starts: it may know what the one before did not. */
export const wakeResting = (tx: AnyTx): Promise<number> =>
  preparedRun(
    tx,
    'update operations set todo = 1 where outcome is null and todo = 0 and paused is null and holder is null',
  );

/** Gives operations back to the queue: a step boundary was reached, somebody else may go on. */
export async function releaseOperation(tx: AnyTx, grip: Grip): Promise<void> {
  const text = 'update operations set holder = null, lease_until = 0, busy_until = 0 where id = ? and fence = ?';
  await preparedRun(tx, text, [grip.id, grip.fence]);
}

export type Renewed = Grip & Wishes;

/** Renews all leases of a holder; an operation that is missing in the answer was taken over. */
export async function renewLeases(tx: AnyTx, lease: Lease): Promise<Renewed[]> {
  return preparedRows<Renewed>(
    tx,
    `update operations set lease_until = ${nowMsText(dialectOf(tx))} + ?, touched_at = ?, touched_by = ?
     where holder = ? and outcome is null returning id, fence, wants, forgiven`,
    [lease.leaseMs, lease.nowMs, lease.owner, lease.holder],
  );
}

export const storeObserved = (tx: AnyTx, grip: Grip, observed: string): Promise<number> =>
  preparedRun(tx, 'update operations set observed = ? where id = ? and fence = ?', [observed, grip.id, grip.fence]);
