import { Fault } from '@operations-center/contract';
import type { News } from '@operations-center/database';
import type { Log } from '../../platform/log.ts';
import type { MainDatabase } from '../../schema.ts';
import type { EventLog } from '../events/event-log.ts';
import type { WarningService } from '../warnings/warnings.service.ts';
import { mayDoWhileHeld } from './hold.rules.ts';
import { type Hold, type ShownHold, showHold } from './hold.ts';
import { deleteHoldRow, loadHoldRow, saveHoldRow } from './settings.store.ts';

const topic = 'hold';
const subject = { type: 'Held after a restore', scope: 'restore', entity_type: 'operations_center', entity: '' };
const wayOn = 'Nothing is changed on the fleet until: operations-center admin go';

export type HoldService = {
  current(): ShownHold | undefined;
  /** `held_after_restore`, for what could change the fleet. */
  check(method: string, route: string): void;
  /** Lets the daemon work again. False: it was not held. */
  go(): Promise<boolean>;
  /** Takes over what a person said to another daemon. */
  reload(): Promise<void>;
};

/** Somebody put back an older database without a word to us: it is held like one that was restored. */
export const holdOlder = (database: MainDatabase, hold: Hold): Promise<void> =>
  database.write('hold older database', async (tx) => {
    if ((await loadHoldRow(tx)) === undefined) await saveHoldRow(tx, hold);
  });

/** The hold is in the database, so that it outlives every start until somebody says go. */
export async function makeHoldService(parts: {
  database: MainDatabase;
  warnings: Pick<WarningService, 'raise' | 'clear'>;
  events: Pick<EventLog, 'changed'>;
  log: Log;
  news?: Pick<News, 'tell' | 'hear'>;
}): Promise<HoldService> {
  const { database, warnings, log } = parts;
  const row = await loadHoldRow(database.read);
  let hold = row && showHold(row);
  if (hold !== undefined) {
    log.warn({ held_since: hold.since }, `held: ${hold.reason}. ${wayOn}`);
    await warnings.raise(undefined, { ...subject, message: `${hold.reason}. ${wayOn}` });
  }
  async function reload(): Promise<void> {
    const now = await loadHoldRow(database.read);
    hold = now && showHold(now);
  }
  parts.news?.hear(topic, () => {
    reload().catch((error: unknown) => log.warn({ err: error }, 'the hold could not be read again'));
  });
  return {
    current: () => hold,
    reload,
    check(method, route) {
      if (hold === undefined || mayDoWhileHeld(method, route)) return;
      throw new Fault('held_after_restore', `Operations Center is held: it was ${hold.reason}`);
    },
    async go() {
      if (hold === undefined) return false;
      await database.write('lift hold', async (tx) => {
        await deleteHoldRow(tx);
        await parts.events.changed(tx, { action: 'hold-lifted', source: '/1.0/system' });
        await warnings.clear(tx, subject);
      });
      hold = undefined;
      parts.news?.tell(topic, 'go');
      log.info('a person said go: the hold is lifted');
      return true;
    },
  };
}
