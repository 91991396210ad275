import type { InventoryFreshness, InventoryKind } from '@operations-center/contract';
import type { Api } from '../../api.ts';
import { printableLine } from '../../output/printable.ts';

/** A cluster that was lost for less is found again by itself before a person has read the note. */
const tellAfterMs = 60_000;
/** What another daemon follows is only known here by the regular scans, every 15 minutes. */
const tellUnfollowedAfterMs = 20 * 60_000;

/** A line for each cluster of which this kind is not seen any more: "c1: not seen for 3 min: …". */
export async function staleNotes(
  api: Api,
  kind: InventoryKind,
  cluster: string | undefined,
  nowMs: number,
): Promise<string[]> {
  try {
    if (!(await api.announces('inventory_freshness'))) return [];
    const clusters = await api.ask('inventory_freshness', { query: { cluster } });
    return clusters.flatMap((one) => noteOf(one, kind, nowMs));
  } catch {
    // The list is what was asked for; without the note it is as good as before.
    return [];
  }
}

function noteOf(told: InventoryFreshness, kind: InventoryKind, nowMs: number): string[] {
  const view = told.kinds.find((one) => one.kind === kind);
  if (view === undefined) return [];
  const reason = printableLine(view.reason || told.reason);
  if (view.seen_at === null) return [`${told.cluster}: not read yet: ${reason}`];
  if (view.stale_since === null) return [];
  const ageMs = nowMs - Date.parse(view.stale_since);
  if (ageMs < (told.since === null ? tellUnfollowedAfterMs : tellAfterMs)) return [];
  return [`${told.cluster}: not seen for ${ageText(ageMs)}: ${reason}`];
}

function ageText(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.floor(hours / 24)} days`;
}
