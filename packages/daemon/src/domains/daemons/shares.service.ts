import { performance } from 'node:perf_hooks';
import type { News } from '@operations-center/database';
import type { Log } from '../../platform/log.ts';
import type { MainDatabase, Tx } from '../../schema.ts';
import {
  forgetDaemon,
  giveUpShares,
  type HeldShare,
  isHeld,
  renewDaemon,
  renewShares,
  takeShares,
} from './daemons.store.ts';
import { balanceShares, shareOf } from './shares.rules.ts';
import { allShares, type Shares } from './shares.ts';

export type SharesParts = {
  database: MainDatabase;
  news: News;
  log: Log;
  daemon: { id: string; leaseMs: number };
};

const topic = 'shares';

/** Leases a fair part of all shares, four times a lease. By the database's clock; judged here by the monotonic one. */
export function makeShares({ database, news, log, daemon }: SharesParts): Shares {
  if (database.dialect === 'sqlite') return allShares;
  const { id, leaseMs } = daemon;
  const marginMs = Math.min(2_000, leaseMs / 4);
  let fences = new Map<number, number>();
  let validUntil = 0;
  let living = 0;
  let timer: NodeJS.Timeout | undefined;
  let last: Promise<void> = Promise.resolve();
  let over = false;

  const isValid = (): boolean => performance.now() < validUntil - marginMs;

  async function renew(tx: Tx): Promise<{ daemons: number; held: HeldShare[]; gaveUp: number }> {
    const daemons = await renewDaemon(tx, id, leaseMs);
    const mine = await renewShares(tx, id, leaseMs);
    const { giveUp, take } = balanceShares(mine.length, daemons);
    await giveUpShares(
      tx,
      id,
      mine.slice(0, giveUp).map(({ share }) => share),
    );
    const taken = take === 0 ? [] : await takeShares(tx, id, leaseMs, take);
    return { daemons, held: [...mine.slice(giveUp), ...taken], gaveUp: giveUp };
  }

  async function beat(): Promise<void> {
    const askedAt = performance.now();
    const { daemons, held, gaveUp } = await database.write('daemon shares', renew, { locksFirst: true });
    validUntil = askedAt + leaseMs;
    fences = new Map(held.map(({ share, fence }) => [share, fence]));
    if (gaveUp > 0) news.tell(topic, id);
    if (daemons !== living) log.info({ daemon: id, daemons, shares: held.length }, 'daemons on this database');
    living = daemons;
  }

  /** One at a time. What fails is tried at the next beat; until then the lease runs out by itself. */
  function nudge(): Promise<void> {
    // News that still comes must not take again what was just given back.
    if (over) return last;
    last = last.then(beat).catch((error: unknown) => log.warn({ err: error }, 'the shares could not be renewed'));
    return last;
  }

  return {
    isMine: (name) => isValid() && fences.has(shareOf(name)),
    grip(name) {
      const share = shareOf(name);
      const fence = fences.get(share);
      return async (tx) => fence !== undefined && isHeld(tx, id, { share, fence });
    },
    async start() {
      news.hear(topic, () => void nudge());
      await nudge();
      // Those that hold too much give up when they hear of us.
      news.tell(topic, id);
      timer = setInterval(() => void nudge(), leaseMs / 4);
    },
    async stop() {
      over = true;
      clearInterval(timer);
      await last;
      const release = async (tx: Tx): Promise<void> => {
        await giveUpShares(tx, id, [...fences.keys()]);
        await forgetDaemon(tx, id);
      };
      await database
        .write('daemon leaves', release, { locksFirst: true })
        .catch((error: unknown) => log.warn({ err: error }, 'the shares could not be given back; they run out'));
      fences = new Map();
      news.tell(topic, id);
    },
  };
}
