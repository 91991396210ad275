import { randomUUID } from 'node:crypto';
import { Fault, type Warning } from '@operations-center/contract';
import type { Clock } from '../../platform/clock.ts';
import type { MainDatabase, Tx } from '../../schema.ts';
import type { EventLog } from '../events/event-log.ts';
import { makePassingWarnings } from './passing-warnings.service.ts';
import type { WarningSubject } from './warning.ts';
import {
  countNewWarnings,
  deleteWarnings,
  findSame,
  findWarning,
  insertWarning,
  listWarnings,
  renameEntity,
  updateWarning,
} from './warnings.store.ts';

/** More messages than this of one warning are the same story again. */
const keptMessages = 20;

export type WarningService = {
  list(): Promise<Warning[]>;
  load(uuid: string): Promise<Warning>;
  /** Those that nobody acknowledged, passing ones too. */
  countNew(): Promise<number>;
  /** `check` sees the warning as it is, in the same transaction, and may refuse. */
  setStatus(uuid: string, status: string, check: (current: Warning) => void): Promise<void>;
  /** Tells people, inside the caller's write or in one of its own. The same subject again counts up. */
  raise(tx: Tx | undefined, warning: WarningSubject & { message: string }): Promise<void>;
  /** The same in memory of this daemon only: for what is wrong with the database itself. Undefined: it is over. */
  setPassing(subject: WarningSubject, message: string | undefined): void;
  /** It is over. Without a type or scope: all of that entity. */
  clear(
    tx: Tx | undefined,
    subject: { entity_type: string; entity: string; scope?: string; type?: string },
  ): Promise<void>;
  /** Warnings follow what they are about to its new name. */
  rename(tx: Tx, entity_type: string, from: string, to: string): Promise<void>;
};

export type WarningParts = { database: MainDatabase; clock: Clock; events: EventLog };

export function makeWarningService(parts: WarningParts): WarningService {
  const { database, clock, events } = parts;
  const within = <T>(tx: Tx | undefined, name: string, body: (tx: Tx) => Promise<T>): Promise<T> =>
    tx === undefined ? database.write(name, body) : body(tx);
  const passing = makePassingWarnings(() => clock.nowMs());
  return {
    list: async () => [...passing.list(), ...(await listWarnings(database.read))],
    async countNew() {
      const inMemory = passing.list().filter(({ status }) => status === 'new').length;
      return inMemory + (await countNewWarnings(database.read));
    },
    async load(given) {
      const uuid = readUuid(given);
      return passing.find(uuid) ?? (await findWarning(database.read, uuid)) ?? raiseNotFound(given);
    },
    setPassing: passing.set,
    async setStatus(given, status, check) {
      const uuid = readUuid(given);
      if (status !== 'new' && status !== 'acknowledged')
        throw new Fault('warning_invalid', `Invalid warning status "${status.slice(0, 40)}"`, {
          details: { status, warning: uuid },
        });
      const passes = passing.find(uuid);
      if (passes !== undefined) {
        check(passes);
        return passing.mark(uuid, status);
      }
      await database.write('update warning', async (tx) => {
        check((await findWarning(tx, uuid)) ?? raiseNotFound(uuid));
        await updateWarning(tx, uuid, { status, last_updated: clock.nowMs() });
        const action = status === 'acknowledged' ? 'warning-acknowledged' : 'warning-reset';
        await events.changed(tx, { action, source: `/1.0/warnings/${uuid}` });
      });
    },
    raise: (tx, { message, ...subject }) =>
      within(tx, 'raise warning', (tx) => raiseWarning(tx, events, { ...subject, message }, clock.nowMs())),
    clear: (tx, subject) =>
      within(tx, 'clear warning', async (tx) => {
        if ((await deleteWarnings(tx, subject)) === 0) return;
        const { entity_type, entity } = subject;
        await events.changed(tx, {
          action: 'warning-deleted',
          source: '/1.0/warnings',
          context: { entity_type, entity },
        });
      }),
    rename: (tx, entity_type, from, to) => renameEntity(tx, entity_type, from, to),
  };
}

async function raiseWarning(
  tx: Tx,
  events: EventLog,
  { message, ...subject }: WarningSubject & { message: string },
  now: number,
): Promise<void> {
  const same = await findSame(tx, subject);
  const times = { last_occurrence: now, last_updated: now };
  if (same === undefined) {
    const uuid = randomUUID();
    const { type, entity_type, entity } = subject;
    const context = { type, entity_type, entity, message };
    await events.changed(tx, { action: 'warning-created', source: `/1.0/warnings/${uuid}`, context });
    const first = { uuid, status: 'new' as const, messages: JSON.stringify([message]), count: 1 };
    return insertWarning(tx, { ...subject, ...first, first_occurrence: now, ...times });
  }
  // Written by this domain as a list of texts.
  const before = JSON.parse(same.messages) as string[];
  const messages = [...before.filter((text) => text !== message), message].slice(-keptMessages);
  // What was acknowledged stays so while it says nothing new; OC forgets it with every repetition.
  const status = before.includes(message) ? same.status : 'new';
  await updateWarning(tx, same.uuid, { status, messages: JSON.stringify(messages), count: same.count + 1, ...times });
}

function raiseNotFound(uuid: string): never {
  throw new Fault('warning_not_found', 'Not found', { details: { uuid } });
}

function readUuid(text: string): string {
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)) return text.toLowerCase();
  throw new Fault('query_invalid', 'Bad Request: invalid UUID');
}
