import { type Channel, Fault } from '@operations-center/contract';
import type { Db, MainDatabase } from '../../schema.ts';
import { hasChannel, listChannels } from './channels.store.ts';

/** Refuses a channel that does not exist, with the text OC has for it. */
export async function requireChannel(db: Db, name: string): Promise<void> {
  if (await hasChannel(db, name)) return;
  throw new Fault('channel_unknown', `Channel "${name}" does not exist: Constraint violation`, {
    details: { channel: name },
  });
}

export const listChannelNames = async (db: Db): Promise<string[]> => (await listChannels(db)).map(({ name }) => name);

export type ChannelService = { list(): Promise<Channel[]>; load(name: string): Promise<Channel> };

export const makeChannelService = (database: MainDatabase): ChannelService => ({
  list: () => listChannels(database.read),
  async load(name) {
    const found = (await listChannels(database.read)).find((channel) => channel.name === name);
    if (found === undefined) throw new Fault('channel_not_found', 'Not found', { details: { channel: name } });
    return found;
  },
});
