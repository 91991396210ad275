import { silence } from '@operations-center/database';
import { pino } from 'pino';
import { afterEach } from 'vitest';
import { type Clock, systemClock } from '../../platform/clock.ts';
import type { Caller } from '../../platform/http/answer.ts';
import { makeSealer } from '../../platform/keys/sealing.ts';
import type { MainDatabase } from '../../schema.ts';
import { createEventTables } from '../events/events.tables.ts';
import { makeNumbering, type Numbering } from '../events/numbering.service.ts';
import { assembleAudit } from './assembly.ts';
import type { AuditFilter } from './audit.store.ts';
import { addAuditWhatIndex, createAuditTables } from './audit.tables.ts';
import type { KeyEpoch } from './chain.rules.ts';
import type { KnownHead } from './verify-audit.service.ts';

/** The tables of the audit, and of the numbering that it shares with the events. */
export const auditMigrations = [
  {
    name: '0001-audit',
    async up(tx: Parameters<typeof createEventTables>[0], dialect: 'sqlite' | 'postgres') {
      await createEventTables(tx, dialect);
      await createAuditTables(tx, dialect);
      await addAuditWhatIndex(tx);
    },
  },
];

export const silentLog = pino({ level: 'silent' });
export const testSealer = (key = 7) => makeSealer(Buffer.alloc(32, key));

const caller: Caller = {
  protocol: 'tls',
  user: 'abc123',
  trusted: true,
  fingerprint: 'abc123',
  certificate: () => undefined,
};
const never = new AbortController().signal;

const started: Numbering[] = [];
afterEach(async () => {
  for (const numbering of started.splice(0)) await numbering.stop();
});

export type TestAudit = {
  key?: number;
  epochs?: readonly KeyEpoch[];
  clock?: Clock;
  keptDays?: () => number;
  location?: string;
  seenHead?: string;
};

/** An audit as the daemon has it, with its numbering; its loops run where a test says so. */
export async function startAudit(database: MainDatabase, wish: TestAudit = {}) {
  const { key = 7, epochs = [], clock = systemClock, keptDays = () => 0, location = 'here' } = wish;
  const heads: string[] = [];
  const warned: (string | undefined)[] = [];
  const audit = assembleAudit({
    ...{ database, clock, log: silentLog, location, sealer: testSealer(key), epochs, keptDays },
    seenHead: wish.seenHead ?? '/nonexistent/audit.seen',
    held: () => undefined,
    warn: (message) => warned.push(message),
    numbering: () => numbering,
  });
  const onHead = (_log: string, { number, hash }: { number: number; hash: string }) => heads.push(`${number}:${hash}`);
  const numbering: Numbering = makeNumbering({
    ...{ database, log: silentLog, news: silence, logs: [audit.numbered], onHead },
  });
  started.push(numbering);
  await numbering.start();
  const ask = (request_id: string, object = '/1.0/x', body = Buffer.from('{"name":"secret word"}')) =>
    audit.service.recorder.asked({
      ...{ request_id, caller, address: '10.0.0.1:40112', route: 'server_rename', path: object },
      body,
    });
  const change = async (request_id: string) =>
    (await ask(request_id))({ status: 200, code: '', location: '', operation: '' });
  return {
    history: audit.history,
    ...audit.service,
    ...{ ask, change, heads, warned, numbering },
    page: audit.service.list,
    list: async (filter: AuditFilter) => (await audit.service.list(filter)).changes,
    verify: (head?: KnownHead, signal = never) => audit.service.verify(head, signal),
    prune: () => audit.prune(never),
  };
}
