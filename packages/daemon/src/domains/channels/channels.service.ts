import { Fault } from '@operations-center/contract';
import type { Db } from '../../schema.ts';
import { hasChannel } from './channels.store.ts';

/** Refuses a channel that does not exist, with the text OC has for it. */
export async function requireChannel(db: Db, name: string): Promise<void> {
  if (await hasChannel(db, name)) return;
  throw new Fault('channel_unknown', `Channel "${name}" does not exist: Constraint violation`, {
    details: { channel: name },
  });
}
