import type { AnyTx } from '@operations-center/database';
import { releaseOperation } from '../store/leases.store.ts';
import { byFence, type EngineDatabase, type Grip } from '../store/operations.store.ts';

export type GivingBack = {
  /** Somebody else may go on with it, at once. */
  release(grip: Grip): void;
  /** The same for one whose record the database did not take: as soon as it takes something again. */
  drop(grip: Grip): void;
  /** Tries what was dropped. */
  retry(): void;
};

type Parts = { database: EngineDatabase; supervise(what: string, work: Promise<void>): Promise<void> };

/** Gives operations back to the queue. */
export function makeGivingBack({ database, supervise }: Parts): GivingBack {
  const dropped = new Map<string, number>();
  let releasing: Promise<void> | undefined;

  /** All in one write, and one write at a time: a database that is away is not asked by thousands at once. */
  async function releaseDropped(): Promise<void> {
    const grips = [...dropped].map(([id, fence]) => ({ id, fence }));
    await releaseAll(grips);
    for (const { id, fence } of grips) if (dropped.get(id) === fence) dropped.delete(id);
  }

  async function releaseAll(grips: readonly Grip[]): Promise<void> {
    const body = async (tx: AnyTx): Promise<void> => {
      for (const grip of grips) await releaseOperation(tx, grip);
    };
    await database.write('operation release', body, byFence);
  }

  return {
    release: (grip) => void supervise('release', releaseAll([grip])),
    drop: ({ id, fence }) => void dropped.set(id, fence),
    retry() {
      if (dropped.size === 0) return;
      releasing ??= supervise('release', releaseDropped()).finally(() => {
        releasing = undefined;
      });
    },
  };
}
