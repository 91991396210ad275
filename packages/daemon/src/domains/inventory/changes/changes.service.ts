import { factsOf } from '@operations-center/contract';
import type { ChangeLog, ToldEvent } from '../../../platform/change-log.ts';
import { pauseMs } from '../../../platform/clock.ts';
import type { InventoryDatabase } from '../../../schema.ts';
import { headOfChanges, type LoggedChange, readChanges } from './changes.store.ts';

/** Writers are in threads, and other daemons: while somebody waits, it is looked so often. */
const lookEveryMs = 150;

/** The changes of the inventory as those who follow events read them. */
export function makeChangeLog(database: InventoryDatabase): ChangeLog {
  let known = 0;
  let looking: Promise<void> | undefined;

  /** One look for all that wait. */
  async function lookSoon(signal: AbortSignal): Promise<void> {
    looking ??= (async () => {
      await pauseMs(lookEveryMs, AbortSignal.timeout(10 * lookEveryMs));
      known = (await headOfChanges(database)).number;
    })().finally(() => {
      looking = undefined;
    });
    await looking;
    signal.throwIfAborted();
  }

  return {
    head: () => headOfChanges(database),
    read: async (after, limit) => (await readChanges(database, after, limit)).map(toEvent),
    async passed(number, signal) {
      signal.throwIfAborted();
      while (known <= number) await lookSoon(signal);
    },
  };
}

function toEvent({ id, at, change, kind, ...place }: LoggedChange): ToldEvent {
  const source = `/1.0/inventory/${factsOf(kind).segment}/${place.uuid}`;
  const action = `${kind.replaceAll('_', '-')}-${change === 'changed' ? 'updated' : change}`;
  return { number: id, at: Math.floor(at / 1_000), metadata: JSON.stringify({ action, source, kind, ...place }) };
}
