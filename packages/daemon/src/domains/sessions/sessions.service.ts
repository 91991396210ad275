import { hash, randomBytes, randomUUID } from 'node:crypto';
import { Fault, type Session } from '@operations-center/contract';
import type { News } from '@operations-center/database';
import type { Clock } from '../../platform/clock.ts';
import type { Caller } from '../../platform/http/answer.ts';
import type { Log } from '../../platform/log.ts';
import type { MainDatabase } from '../../schema.ts';
import type { EventLog } from '../events/event-log.ts';
import { isAlive, lives, type StoredSession } from './session.ts';
import {
  deleteDeadSessions,
  deleteSession,
  insertLink,
  insertSession,
  listSessions,
  takeLink,
  touchSession,
} from './sessions.store.ts';

export type SessionService = {
  /** A key that signs one browser in, and until when. */
  makeLink(caller: Caller): Promise<{ key: string; expires_at: number }>;
  /** The cookie of a new session; undefined: the link is used, too old, or none of ours. */
  signIn(key: string, from: { address: string; agent: string }): Promise<string | undefined>;
  /** Who has this cookie; asked for each request, so nothing is read from the database. */
  find(cookie: string): StoredSession | undefined;
  list(own: string | undefined): Promise<Session[]>;
  remove(id: string): Promise<void>;
  /** Takes over what another daemon changed, and forgets who came no more. */
  reload(): Promise<void>;
};

export type SessionParts = {
  database: MainDatabase;
  events: EventLog;
  clock: Clock;
  log: Pick<Log, 'warn'>;
  news?: Pick<News, 'tell' | 'hear'> | undefined;
};

const topic = 'sessions';
const hashOf = (key: string): string => hash('sha256', key);
const makeKey = (): string => randomBytes(32).toString('base64url');

export async function makeSessionService(parts: SessionParts): Promise<SessionService> {
  const { database, clock, events } = parts;
  let byHash = new Map<string, StoredSession>();

  async function reload(): Promise<void> {
    const nowMs = clock.nowMs();
    await database.write('forget sessions', (tx) => deleteDeadSessions(tx, nowMs, nowMs - lives.idleMs));
    byHash = new Map((await listSessions(database.read)).map((one) => [one.key_hash, one]));
  }

  /** Not each request writes: about when it was seen last is enough. */
  function touch(session: StoredSession, nowMs: number): void {
    if (nowMs - session.seen_at < lives.seenEveryMs) return;
    session.seen_at = nowMs;
    database
      .write('session seen', (tx) => touchSession(tx, session.id, nowMs))
      .catch((error: unknown) => parts.log.warn({ err: error }, 'when a session was seen could not be written down'));
  }

  parts.news?.hear(topic, () => {
    reload().catch((error: unknown) => parts.log.warn({ err: error }, 'sessions could not be read again'));
  });
  await reload();
  return {
    reload,
    async makeLink({ protocol, user }) {
      const key = makeKey();
      const expires_at = clock.nowMs() + lives.linkMs;
      const link = { key_hash: hashOf(key), expires_at, made_by: protocol === 'unix' ? 'unix' : user };
      await database.write('sign-in link', (tx) => insertLink(tx, link));
      return { key, expires_at };
    },
    async signIn(key, from) {
      const cookie = makeKey();
      const nowMs = clock.nowMs();
      const made = await database.write('sign in', async (tx) => {
        const link = await takeLink(tx, hashOf(key), nowMs);
        if (link === undefined) return undefined;
        const session: StoredSession = {
          ...{ id: randomUUID(), key_hash: hashOf(cookie), created_at: nowMs, seen_at: nowMs },
          ...{ expires_at: nowMs + lives.sessionMs, made_by: link.made_by },
          ...{ address: from.address.slice(0, 100), agent: from.agent.slice(0, 300) },
        };
        await insertSession(tx, session);
        await events.changed(tx, { action: 'session-created', source: `/1.0/ui/sessions/${session.id}` });
        return session;
      });
      if (made === undefined) return undefined;
      byHash.set(made.key_hash, made);
      parts.news?.tell(topic, '');
      return cookie;
    },
    find(cookie) {
      // By its hash: how long the look takes tells nothing about the cookie.
      const session = byHash.get(hashOf(cookie));
      const nowMs = clock.nowMs();
      if (session === undefined || !isAlive(session, nowMs)) return undefined;
      touch(session, nowMs);
      return session;
    },
    async list(own) {
      const nowMs = clock.nowMs();
      const alive = (await listSessions(database.read)).filter((one) => isAlive(one, nowMs));
      return alive.map((one) => toSession(one, own));
    },
    async remove(id) {
      const gone = await database.write('sign out', async (tx) => {
        const isGone = await deleteSession(tx, id);
        if (isGone) await events.changed(tx, { action: 'session-deleted', source: `/1.0/ui/sessions/${id}` });
        return isGone;
      });
      byHash = new Map([...byHash].filter(([, one]) => one.id !== id));
      parts.news?.tell(topic, '');
      if (!gone) throw new Fault('session_not_found', 'Not found');
    },
  };
}

const timeOf = (ms: number): string => new Date(ms).toISOString();

const toSession = (one: StoredSession, own: string | undefined): Session => ({
  ...{ id: one.id, created_at: timeOf(one.created_at), seen_at: timeOf(one.seen_at) },
  ...{ expires_at: timeOf(one.expires_at), made_by: one.made_by, address: one.address, agent: one.agent },
  is_own: one.id === own,
});
