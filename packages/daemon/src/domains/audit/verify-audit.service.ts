import { Fault } from '@operations-center/contract';
import type { Clock } from '../../platform/clock.ts';
import { pauseMs } from '../../platform/clock.ts';
import type { MainDatabase } from '../../schema.ts';
import type { Numbering } from '../events/numbering.service.ts';
import type { Chain } from '../events/numbering.ts';
import type { Anchors } from './anchor.rules.ts';
import type { Anchor } from './anchor.ts';
import { findAnchorEntries, readAuditHead, readLinks } from './audit.store.ts';
import { type ChainCheck, checkHead, checkLink, unchecked } from './chain.rules.ts';

export type VerifyParts = {
  database: MainDatabase;
  clock: Clock;
  chain: Chain;
  anchors: Anchors;
  numbering(): Pick<Numbering, 'flush'>;
};

export type KnownHead = { number: number; hash: string };

/** `from` is the first entry that was checked; before it stand those that the anchor says were removed. */
export type Verification = ChainCheck & { from: number; pruned: (Anchor & { at: number }) | undefined };

/** Between two of these others have their turn: some 3 ms of work. */
const linksAtOnce = 500;

/** The newest anchor that has its place in the chain. */
export async function findAnchor(
  database: MainDatabase,
  anchors: Anchors,
): Promise<(Anchor & { at: number }) | undefined> {
  for (const { number, at, detail } of await findAnchorEntries(database)) {
    const anchor = anchors.read(detail, number);
    if (anchor !== undefined && anchor.up_to < number) return { ...anchor, at };
  }
  return undefined;
}

/** Goes through the whole chain, once at a time: a second would only make both slow. */
export function makeVerifyAudit(
  parts: VerifyParts,
): (head: KnownHead | undefined, signal: AbortSignal) => Promise<Verification> {
  const { database, chain } = parts;
  let running: { since: number; number: number } | undefined;

  async function verify(
    head: KnownHead | undefined,
    signal: AbortSignal,
    tell: (at: number) => void,
  ): Promise<Verification> {
    await parts.numbering().flush();
    // Read first: what is added meanwhile is behind it.
    const end = await readAuditHead(database);
    const pruned = await findAnchor(database, parts.anchors);
    const start = pruned === undefined ? unchecked : { ...unchecked, number: pruned.up_to, hash: pruned.hash };
    if (head !== undefined && head.number < start.number) throw headPruned(head.number, start.number);
    const known = head === undefined ? [end] : [end, head];
    const holdAgainst = (check: ChainCheck): ChainCheck =>
      known.filter(({ number }) => number === check.number).reduce(checkHead, check);
    let check = holdAgainst(start);
    for (;;) {
      const links = await readLinks(database, chain, check.number, linksAtOnce);
      for (const link of links) check = holdAgainst(checkLink(chain, check, link));
      tell(check.number);
      if (links.length < linksAtOnce) break;
      await pauseMs(0, signal);
    }
    return { ...known.reduce(checkHead, check), from: start.number + 1, pruned };
  }

  return async (head, signal) => {
    if (running !== undefined) throw alreadyRuns(running);
    const mine = { since: parts.clock.nowMs(), number: 0 };
    running = mine;
    try {
      return await verify(head, signal, (number) => (mine.number = number));
    } finally {
      running = undefined;
    }
  };
}

const headPruned = (number: number, up_to: number): Fault =>
  new Fault('audit_head_pruned', `Entry ${number} cannot be checked: entries up to ${up_to} were removed by policy`, {
    details: { number, up_to },
  });

function alreadyRuns({ since, number }: { since: number; number: number }): Fault {
  const began = new Date(since).toISOString();
  return new Fault('audit_verify_runs', `The audit is being verified since ${began}, up to entry ${number} so far`, {
    details: { since: began, number },
  });
}
