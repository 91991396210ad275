import { Fault, type Update } from '@operations-center/contract';
import type { MainDatabase } from '../../schema.ts';
import { listUpdates } from './updates.store.ts';

export type UpdateFilter = { channel?: string | undefined; origin?: string | undefined; status?: string | undefined };

export type UpdateService = {
  /** Newest first: IncusOS takes the first that fits. `channel` is one of upstream's, as in OC. */
  list(filter: UpdateFilter): Promise<Update[]>;
};

const statuses = ['unknown', 'pending', 'ready'];

export const makeUpdateService = (database: MainDatabase): UpdateService => ({
  async list({ channel, origin, status }) {
    if (status !== undefined && status !== '' && !statuses.includes(status))
      throw new Fault('query_invalid', `Invalid status "${status.slice(0, 40)}"`, {
        hint: `One of ${statuses.join(', ')}.`,
      });
    return (await listUpdates(database.read)).filter(
      (update) =>
        matches(channel, (value) => update.upstream_channels.includes(value)) &&
        matches(origin, (value) => update.origin === value) &&
        matches(status, (value) => update.update_status === value),
    );
  },
});

const matches = (wanted: string | undefined, test: (value: string) => boolean): boolean =>
  wanted === undefined || wanted === '' || test(wanted);
