import { dialectOf, nowMsText, preparedRows, preparedRun } from '@operations-center/database';
import type { Tx } from '../../schema.ts';

export type HeldShare = { share: number; fence: number };

const now = (tx: Tx): string => nowMsText(dialectOf(tx));

/** Says that this daemon lives, and forgets those long dead. How many live. */
export async function renewDaemon(tx: Tx, id: string, leaseMs: number): Promise<number> {
  const text = `insert into daemons (id, lease_until) values (?, ${now(tx)} + ?)
    on conflict (id) do update set lease_until = excluded.lease_until`;
  await preparedRun(tx, text, [id, leaseMs]);
  await preparedRun(tx, `delete from daemons where lease_until < ${now(tx)} - 86400000`);
  const living = `select count(*) as n from daemons where lease_until > ${now(tx)}`;
  const [row] = await preparedRows<{ n: number }>(tx, living);
  return row?.n ?? 1;
}

export const forgetDaemon = (tx: Tx, id: string): Promise<number> =>
  preparedRun(tx, 'delete from daemons where id = ?', [id]);

/** Renews what is still ours; a share that is missing in the answer was taken over. */
export const renewShares = (tx: Tx, id: string, leaseMs: number): Promise<HeldShare[]> =>
  preparedRows<HeldShare>(
    tx,
    `update daemon_shares set lease_until = ${now(tx)} + ? where owner = ? returning share, fence`,
    [leaseMs, id],
  );

/** Takes up to `limit` shares that nobody holds. */
export async function takeShares(tx: Tx, id: string, leaseMs: number, limit: number): Promise<HeldShare[]> {
  const lock = dialectOf(tx) === 'postgres' ? 'for update skip locked' : '';
  const free = await preparedRows<{ share: number }>(
    tx,
    `select share from daemon_shares where owner is null or lease_until < ${now(tx)} order by share limit ? ${lock}`,
    [limit],
  );
  const text = `update daemon_shares set owner = ?, fence = fence + 1, lease_until = ${now(tx)} + ? where share = ?
    returning share, fence`;
  const taken: HeldShare[] = [];
  for (const { share } of free) taken.push(...(await preparedRows<HeldShare>(tx, text, [id, leaseMs, share])));
  return taken;
}

export async function giveUpShares(tx: Tx, id: string, shares: readonly number[]): Promise<void> {
  const text = 'update daemon_shares set owner = null, lease_until = 0 where owner = ? and share = ?';
  for (const share of shares) await preparedRun(tx, text, [id, share]);
}

/** Whether a share is still held as it was when the work on it began. */
export async function isHeld(tx: Tx, id: string, { share, fence }: HeldShare): Promise<boolean> {
  const text = 'select 1 from daemon_shares where share = ? and owner = ? and fence = ?';
  return (await preparedRows(tx, text, [share, id, fence])).length > 0;
}

/** PostgreSQL only: false while its first migrations run, when no daemon can have worked on it yet. */
export async function knowsDaemons(tx: Tx): Promise<boolean> {
  const [row] = await preparedRows<{ known: boolean }>(tx, "select to_regclass('daemons') is not null as known");
  return row?.known === true;
}

/** Daemons whose lease has not run out. */
export const listLiving = async (tx: Tx): Promise<string[]> =>
  (await preparedRows<{ id: string }>(tx, `select id from daemons where lease_until > ${now(tx)} order by id`)).map(
    ({ id }) => id,
  );
