import type { AuditEntry } from '@operations-center/contract';
import { terminalWidth } from '../../call.ts';
import { defineCommand } from '../../command.ts';
import { UsageFailure } from '../../failures/failure.ts';
import { readTime, text, wholeNumber } from '../../options.ts';
import { type Column, listFormat, showList } from '../../output/list.ts';
import { showElapsed, showTime } from '../../output/time.ts';
import { requireExtension } from '../../require-extension.ts';
import { lookBack } from './look-back.ts';

const columns: readonly Column<AuditEntry>[] = [
  { header: 'Time', value: (entry) => showTime(entry.time), sorted: false },
  { header: 'Who', value: whoText, sorted: false },
  { header: 'From', value: (entry) => (entry.address === '@' ? 'socket' : entry.address), sorted: false },
  { header: 'What', value: (entry) => entry.what, sorted: false },
  { header: 'Object', value: (entry) => entry.object, sorted: false },
  { header: 'Outcome', value: outcomeText, sorted: false },
  { header: 'Operation', value: (entry) => entry.operation.slice(0, 6), sorted: false },
];

export const auditList = defineCommand({
  path: ['audit', 'list'],
  about: 'Who changed what, newest first',
  detail:
    'The table shows the beginning of fingerprints and ids; json and yaml show everything. It looks back until it has found as many as --limit says; Ctrl-C ends that, and shows what was found so far.',
  examples: [
    'operations-center audit list --since 24h',
    'operations-center audit list --object servers/server1 -f json',
    'operations-center audit list --who unix --what token_delete',
  ],
  args: {},
  options: {
    since: text('From then on: 24h, or a time such as 2026-11-22T18:00:00Z', { placeholder: 'time' }),
    until: text('Until then', { placeholder: 'time' }),
    who: text('unix, tls, or the beginning of a fingerprint', { placeholder: 'who' }),
    what: text('Name of a route or an event: server_rename, server-registered', { placeholder: 'what' }),
    object: text('Part of the path of what was changed: servers/server1', { placeholder: 'path' }),
    limit: wholeNumber('So many at most', 100),
    format: listFormat,
  },
  whenEmpty: {
    none: 'There is no audit entry',
    from: 'Each change is one.',
  },
  run: async ({ api, options, terminal }) => {
    await requireExtension(api, 'audit', 'the audit');
    const { since, until, who, what, object, limit } = options;
    if (limit < 1) throw new UsageFailure(`--limit is ${limit}`, 'Write how many: 1 or more.');
    const wanted = {
      since: readTime('--since', since),
      until: readTime('--until', until),
      who,
      what,
      object,
    };
    const given = Object.entries(wanted).filter(([, value]) => value !== '');
    return lookBack({ api, terminal, query: Object.fromEntries(given), limit });
  },
  show: (entries, { options, terminal }) => showList(entries, columns, options.format, terminalWidth(terminal)),
});

function whoText({ protocol, user, by }: AuditEntry): string {
  if (user !== '') return user.slice(0, 12);
  return protocol === '' && by === 'event' ? 'the daemon' : protocol;
}

/** Most requests are over before anybody can ask. */
const longMs = 60_000;

/** Of one that lasts: since when, and who will say what came of it. */
export function openText({ time, daemon }: Pick<AuditEntry, 'time' | 'daemon'>, now: number): string {
  const sinceMs = now - Date.parse(time);
  if (sinceMs < longMs) return 'not known yet';
  return `not known for ${showElapsed(sinceMs)}: daemon ${daemon.slice(0, 8)} tells it when it is done, or starts again`;
}

function outcomeText(entry: AuditEntry): string {
  const { outcome, by } = entry;
  if (outcome === null) return by === 'event' ? '' : openText(entry, Date.now());
  if (outcome.code === 'daemon_ended') return 'not known: the daemon ended';
  return outcome.code === '' ? 'done' : outcome.code;
}
