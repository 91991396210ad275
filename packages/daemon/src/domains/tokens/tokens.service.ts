import { randomUUID } from 'node:crypto';
import { Fault, type Token } from '@operations-center/contract';
import type { Clock } from '../../platform/clock.ts';
import { cutShort } from '../../platform/http/recorder.ts';
import type { MainDatabase, Tx } from '../../schema.ts';
import { requireChannel } from '../channels/channels.service.ts';
import type { EventLog } from '../events/event-log.ts';
import { checkToken, readUuid } from './token.rules.ts';
import type { TokenWish } from './token.ts';
import { deleteToken, findToken, insertToken, listTokens, takeUse, updateToken } from './tokens.store.ts';

export type TokenService = {
  list(): Promise<Token[]>;
  load(uuid: string): Promise<Token>;
  /** The UUID of the new token. */
  create(wish: TokenWish): Promise<string>;
  /** One that a step of ours hands out, in the caller's write, under a UUID that was chosen before; its last use removes it. */
  grant(tx: Tx, uuid: string, wish: TokenWish): Promise<void>;
  /** Takes back what was granted, whatever became of it. */
  retire(tx: Tx, uuid: string): Promise<void>;
  /** `check` sees the token as it is, in the same transaction, and may refuse. */
  update(uuid: string, wish: TokenWish, check: (current: Token) => void): Promise<void>;
  remove(uuid: string): Promise<void>;
  /** Takes one use inside the caller's transaction; the channel for the server. Unknown, exhausted, expired: a fault. */
  takeUse(tx: Tx, uuid: string): Promise<{ channel: string }>;
};

export function makeTokenService(parts: {
  database: MainDatabase;
  clock: Clock;
  events: EventLog;
  defaultChannel(): string;
}): TokenService {
  const { database, clock, events } = parts;
  // A token's UUID lets servers in, so no more than its beginning is written down.
  const tell = (tx: Tx, action: string, uuid: string): Promise<void> =>
    events.changed(tx, { action, source: '/1.0/provisioning/tokens', name: cutShort(uuid) });
  return {
    list: () => listTokens(database.read),
    async load(uuid) {
      return (await findToken(database.read, readUuid(uuid))) ?? raiseNotFound(uuid);
    },
    async create(given) {
      const wish = { ...given, channel: given.channel === '' ? parts.defaultChannel() : given.channel };
      checkToken(wish, clock.nowMs());
      const uuid = randomUUID();
      await database.write('create token', async (tx) => {
        await requireChannel(tx, wish.channel);
        await insertToken(tx, uuid, wish);
        await tell(tx, 'token-created', uuid);
      });
      return uuid;
    },
    async grant(tx, uuid, wish) {
      await requireChannel(tx, wish.channel);
      // A step may run twice.
      if ((await findToken(tx, uuid)) !== undefined) return;
      await insertToken(tx, uuid, wish, 1);
      await tell(tx, 'token-created', uuid);
    },
    async retire(tx, uuid) {
      if (await deleteToken(tx, uuid)) await tell(tx, 'token-deleted', uuid);
    },
    async update(given, wish, check) {
      const uuid = readUuid(given);
      await database.write('update token', async (tx) => {
        check((await findToken(tx, uuid)) ?? raiseNotFound(uuid));
        checkToken(wish, clock.nowMs());
        await requireChannel(tx, wish.channel);
        await updateToken(tx, uuid, wish);
        await tell(tx, 'token-updated', uuid);
      });
    },
    async remove(given) {
      const uuid = readUuid(given);
      await database.write('delete token', async (tx) => {
        if (!(await deleteToken(tx, uuid))) raiseNotFound(uuid);
        await tell(tx, 'token-deleted', uuid);
      });
    },
    async takeUse(tx, uuid) {
      const nowMs = clock.nowMs();
      const taken = await takeUse(tx, uuid, nowMs);
      if (taken !== undefined) return taken;
      const token = await findToken(tx, uuid);
      if (token === undefined) throw new Fault('token_unknown', 'Not authorized', { details: { uuid } });
      if (token.uses_remaining < 1)
        throw new Fault('token_exhausted', 'Token exhausted: Operation not permitted', { details: { uuid } });
      throw new Fault('token_expired', 'Token expired: Operation not permitted', {
        details: { uuid, expire_at: token.expire_at },
      });
    },
  };
}

function raiseNotFound(uuid: string): never {
  throw new Fault('token_not_found', 'Not found', { details: { uuid } });
}
