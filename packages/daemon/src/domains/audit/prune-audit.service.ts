import type { AnyTx } from '@operations-center/database';
import type { Clock } from '../../platform/clock.ts';
import { pauseMs } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import type { MainDatabase } from '../../schema.ts';
import type { Numbering } from '../events/numbering.service.ts';
import { type Anchors, countOlder } from './anchor.rules.ts';
import type { Anchor } from './anchor.ts';
import { findNewestAnchorDetail, type OldEntry, readOldest, removeOldest } from './audit.store.ts';
import { findAnchor } from './verify-audit.service.ts';

export type PruneAuditParts = {
  database: MainDatabase;
  clock: Clock;
  log: Log;
  anchors: Anchors;
  numbering(): Pick<Numbering, 'flush'>;
  /** After how many days an entry may go; 0: never. */
  keptDays(): number;
  /** Why nothing may be removed now, if so. */
  held(): string | undefined;
  /** Writes the entry that says so. */
  recordAnchor(tx: AnyTx, detail: string): Promise<void>;
};

const dayMs = 86_400_000;
/** Looked at, or removed, between two turns of others. */
const batchSize = 500;

/**
 * Removes the oldest entries, when they are older than is kept. First an entry of the audit says so; only when that one
 * has its place in the chain, and is thus proof of the cut, the others go.
 */
export async function pruneAudit(parts: PruneAuditParts, signal: AbortSignal): Promise<void> {
  if (parts.held() !== undefined) return;
  // What one that was cut off had left to do.
  await removePruned(parts, signal);
  const cut = await findCut(parts, signal);
  if (cut === undefined) return;
  const detail = parts.anchors.toDetail(cut);
  const isNew = await parts.database.write('prune audit', async (tx) => {
    // Another daemon may have come first.
    const before = await findNewestAnchorDetail(tx);
    if ((parts.anchors.read(before ?? '{}')?.up_to ?? 0) >= cut.up_to) return false;
    await parts.recordAnchor(tx, detail);
    return true;
  });
  if (isNew) parts.log.info({ audit: true, pruned_up_to: cut.up_to, kept_days: cut.kept_days }, 'the audit is pruned');
  await parts.numbering().flush();
  await removePruned(parts, signal);
}

/** The last of the entries that may go; undefined: none, or less than a day's. */
async function findCut(parts: PruneAuditParts, signal: AbortSignal): Promise<Anchor | undefined> {
  const kept_days = parts.keptDays();
  if (kept_days === 0) return undefined;
  const oldest = parts.clock.nowMs() - kept_days * dayMs;
  let last: OldEntry | undefined;
  for (;;) {
    const entries = await readOldest(parts.database, last?.number ?? 0, batchSize);
    const [first] = entries;
    // So that the audit has one entry a day about its own pruning, not one for each of its entries.
    if (last === undefined && (first === undefined || first.at > oldest - dayMs)) return undefined;
    const older = countOlder(entries, oldest);
    last = entries[older - 1] ?? last;
    if (older < batchSize) break;
    await pauseMs(0, signal);
  }
  return last === undefined ? undefined : { up_to: last.number, hash: last.hash, kept_days };
}

async function removePruned({ database, anchors }: PruneAuditParts, signal: AbortSignal): Promise<void> {
  const anchor = await findAnchor(database, anchors);
  if (anchor === undefined) return;
  for (;;) {
    const removed = await database.write('remove audit', (tx) => removeOldest(tx, anchor.up_to, batchSize));
    if (removed < batchSize) return;
    await pauseMs(20, signal);
  }
}
