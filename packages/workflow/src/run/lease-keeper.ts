import { performance } from 'node:perf_hooks';
import type { AnyTx } from '@operations-center/database';
import { type Lease, type Renewed, renewLeases, storeObserved } from '../store/leases.store.ts';
import { byFence, type EngineDatabase } from '../store/operations.store.ts';
import type { Execution } from './execution-parts.ts';

export type LeaseKeeperParts = {
  database: EngineDatabase;
  /** As of now. */
  lease(): Lease;
  /** Nobody else can live on this database: a lease cannot be lost by being late. */
  exclusive: boolean;
  held: ReadonlyMap<string, Execution>;
  lose(execution: Execution): void;
  supervise(what: string, work: Promise<void>): Promise<void>;
};

export type LeaseKeeper = {
  /** False when another runner may already hold what this one held. By the monotonic clock, with a margin. */
  isValid(): boolean;
  /**
   * How long calls that are meant to take `ms` may still act: never beyond the lease, for they are told to end with it.
   * That is what a taker waits for (engineering E7), so that a dead daemon's work is taken over within a lease.
   */
  boundedMs(ms: number): number;
  /** Operations were claimed at that monotonic time. */
  claimedAt(ms: number): void;
  /** To be called three times a lease. */
  beat(): void;
};

/** Renews the leases of one runner, and tells it what it has lost. */
export function makeLeaseKeeper(parts: LeaseKeeperParts): LeaseKeeper {
  const { database, held, exclusive } = parts;
  const { leaseMs } = parts.lease();
  const marginMs = Math.min(2_000, leaseMs / 4);
  let validUntil = 0;
  let isBeating = false;
  let expiry: NodeJS.Timeout | undefined;

  /** Calls in flight are told to end with the lease, not at the next beat. */
  function setValid(untilMs: number): void {
    validUntil = untilMs;
    clearTimeout(expiry);
    if (exclusive) return;
    expiry = setTimeout(expire, untilMs - marginMs - performance.now());
    expiry.unref();
  }

  /** A timer may fire a little early by the other clock: then it is set again, not left to the next beat. */
  function expire(): void {
    if (isValid()) setValid(validUntil);
    else loseAll();
  }

  function loseAll(): void {
    if (!isValid()) for (const execution of held.values()) parts.lose(execution);
  }

  const isValid = (): boolean => exclusive || performance.now() < validUntil - marginMs;

  function beat(): void {
    loseAll();
    if (held.size === 0 || isBeating) return;
    isBeating = true;
    void parts.supervise('lease', renew()).finally(() => {
      isBeating = false;
    });
  }

  async function renew(): Promise<void> {
    const askedAt = performance.now();
    const mine = [...held.values()];
    const body = async (tx: AnyTx): Promise<Renewed[]> => {
      for (const { id, fence, observed } of mine) {
        if (observed.size > 0) await storeObserved(tx, { id, fence }, JSON.stringify(Object.fromEntries(observed)));
      }
      return renewLeases(tx, parts.lease());
    };
    const renewed = await database.write('operation leases', body, byFence);
    setValid(askedAt + leaseMs);
    const still = new Map(renewed.map((row) => [row.id, row]));
    for (const execution of mine) {
      if (held.get(execution.id) !== execution) continue;
      const row = still.get(execution.id);
      if (row?.fence === execution.fence) execution.learn(row);
      else parts.lose(execution);
    }
  }

  return {
    isValid,
    boundedMs: (ms) => (exclusive ? ms : Math.min(ms, Math.max(0, leaseMs - marginMs))),
    // What was claimed before is no safer for it: then the next beat decides.
    claimedAt: (ms) => {
      if (held.size === 0) setValid(ms + leaseMs);
    },
    beat,
  };
}
