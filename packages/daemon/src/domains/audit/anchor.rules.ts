import type { Anchor } from './anchor.ts';
import { parseDetail } from './audit-row.ts';
import type { KeyedDigest } from './chain.rules.ts';

/** How an anchor is written down, and believed. */
export type Anchors = {
  /** The detail of its entry. */
  toDetail(anchor: Anchor): string;
  /** `number` is its entry's, if that has one yet. Undefined: it is none, or not ours. */
  read(detail: string, number?: number): Anchor | undefined;
};

/**
 * An anchor is sealed with a key, beside being an entry of the chain: whoever can only write the database could leave a
 * row there that gets its number, and its place in the chain, like any other.
 */
export function makeAnchors(keyedDigest: KeyedDigest): Anchors {
  const sealOf = ({ up_to, hash, kept_days }: Anchor, number = Number.POSITIVE_INFINITY): string =>
    keyedDigest(JSON.stringify([up_to, hash, kept_days]), number);
  return {
    toDetail: ({ up_to, hash, kept_days }) =>
      JSON.stringify({ up_to, hash, kept_days, seal: sealOf({ up_to, hash, kept_days }) }),
    read(detail, number) {
      const said = parse(detail);
      if (said === undefined) return undefined;
      const { seal, ...anchor } = said;
      return seal === sealOf(anchor, number) ? anchor : undefined;
    },
  };
}

function parse(detail: string): (Anchor & { seal: string }) | undefined {
  const { up_to, hash, kept_days, seal } = parseDetail(detail); // every value is looked at below
  if (typeof up_to !== 'number' || typeof hash !== 'string') return undefined;
  if (typeof kept_days !== 'number' || typeof seal !== 'string') return undefined;
  return { up_to, hash, kept_days, seal };
}

/** How many of the oldest entries were written at or before that time, up to the first that was not. */
export function countOlder(oldest: readonly { at: number }[], epochMs: number): number {
  const kept = oldest.findIndex(({ at }) => at > epochMs);
  return kept === -1 ? oldest.length : kept;
}
