import { preparedRows } from '@operations-center/database';
import { insertAudit } from '../domains/audit/audit.store.ts';
import { emptyAuditRow } from '../domains/audit/audit-row.ts';
import { expireApplyPlans } from '../domains/clusters/apply/apply.store.ts';
import { digestPendingAnew } from '../domains/clusters/creation/pending-digests.store.ts';
import { expirePlans } from '../domains/clusters/kept-plans/plans.store.ts';
import { listLiving } from '../domains/daemons/daemons.store.ts';
import { checkValueOf, shortCheckValue } from '../domains/settings/identity.service.ts';
import type { RetiredKey } from '../domains/settings/known-identity.ts';
import { type ResealedTable, resealTables, saveRetiredKey } from '../domains/settings/sealing-keys.store.ts';
import { loadIdentityRow, saveIdentityRow } from '../domains/settings/settings.store.ts';
import { makeSealer } from '../platform/keys/sealing.ts';
import type { MainDatabase, Tx } from '../schema.ts';

export type RotationWish = {
  from: Buffer;
  to: Buffer;
  retired: readonly RetiredKey[];
  nowMs: number;
  /** Which daemon's, for the audit. */
  location: string;
};

export type Rotation = { tables: ResealedTable[]; expiredPlans: number };

/** The chain of the audit covers what is in it: nothing there is written anew, nor is anything there sealed. */
const chained = ['audit'];

/**
 * Seals everything in the database with another key, in one transaction: whatever ends it, everything is sealed with the
 * one key or with the other. The old key stays, sealed, for what was signed with it. `sealed` is called before the
 * COMMIT.
 */
export function rotateDatabase(database: MainDatabase, wish: RotationWish, sealed = () => {}): Promise<Rotation> {
  const older = wish.retired.map(({ key }) => key);
  const [from, to] = [makeSealer(wish.from, older), makeSealer(wish.to)];
  return database.write('rotate the sealing key', async (tx) => {
    await refuseLiving(tx);
    const known = await loadIdentityRow(tx);
    const [was, is] = [checkValueOf(wish.from), checkValueOf(wish.to)];
    if (known?.sealing !== was) throw new Error('the sealing key was exchanged meanwhile. Nothing was changed.');
    const tables = await resealTables(tx, { from, to, except: chained });
    await digestPendingAnew(tx, to);
    const expiredPlans = (await expirePlans(tx, wish.nowMs)) + (await expireApplyPlans(tx, wish.nowMs));
    const [head] = await preparedRows<{ number: number }>(tx, "select number from log_heads where log = 'audit'");
    const key = to.seal(wish.from.toString('hex'));
    await saveRetiredKey(tx, { check_value: was, key, retired_at: wish.nowMs, audit_until: head?.number ?? 0 });
    await saveIdentityRow(tx, { ...known, sealing: is });
    await insertAudit(tx, {
      ...emptyAuditRow,
      at: wish.nowMs,
      location: wish.location,
      what: 'sealing-key-rotated',
      object: '/1.0',
      detail: JSON.stringify({ from: shortCheckValue(was), to: shortCheckValue(is) }),
    });
    sealed();
    return { tables, expiredPlans };
  });
}

/** A daemon that works would go on with the key of before. */
export async function refuseLiving(tx: Tx): Promise<void> {
  const living = await listLiving(tx);
  if (living.length === 0) return;
  throw new Error(`stop all daemons first: ${living.join(', ')} still works on it, or died a moment ago`);
}
