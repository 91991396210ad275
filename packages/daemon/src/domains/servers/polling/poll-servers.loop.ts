import { type News, silence } from '@operations-center/database';
import { FleetFailure } from '../../../fleet/fleet-failure.ts';
import type { Incus } from '../../../fleet/incus.ts';
import type { IncusOs } from '../../../fleet/incus-os.ts';
import type { AskOptions } from '../../../fleet/replies.ts';
import type { Log } from '../../../platform/log.ts';
import { type RunningLoop, startLoop } from '../../../platform/loops.ts';
import { allShares, type Shares } from '../../daemons/shares.ts';
import { endpointOf, type ServerEndpoint } from '../server.ts';
import { saveSighting } from '../servers.store.ts';
import { seenFromFailure } from './observe-server.service.ts';
import { fullEveryMs, jitter, type PollKind, planNextPoll } from './poll-schedule.ts';
import type { Poller } from './poller.service.ts';
import { askWhetherReady, type FullObservation, readFacts } from './read-facts.service.ts';
import { type RecordParts, recordObservation } from './record-observation.service.ts';
import { Roster, type RosterEntry } from './roster.service.ts';
import type { Seen } from './server-status.machine.ts';

/** How polls reach servers. `open` gives one connection for the questions of one full poll, which must be closed. */
export type PollFleet = {
  incusOs: IncusOs;
  open(): { incusOs: IncusOs; incus: Incus; close(): Promise<void> };
};

export type PollParts = RecordParts & {
  log: Log;
  fleet: PollFleet;
  /** Which servers this daemon looks at; the others are looked at by others. */
  shares?: Pick<Shares, 'isMine' | 'grip'>;
  /** What other daemons changed. */
  news?: Pick<News, 'tell' | 'hear'>;
  random?: () => number;
};

const tickMs = 200;
const lightDeadlineMs = 5_000;
const fullDeadlineMs = 10_000;
/** Silent servers cost a socket each until their deadline; they must not make the others wait. */
const lightAtOnce = 512;
const fullAtOnce = 24;
const saveSeenEveryMs = 60_000;
/** Where other daemons show what this one saw. */
const saveSeenForOthersMs = 10_000;
const topic = 'servers';

type Told = { name: string; poll: boolean };

const nameOf = (row: { name: string }): string => `server/${row.name}`;
const rowsPerWrite = 500;

/** Looks at every server again and again: due ones beside each other, bounded, each with a deadline of its own. */
export function makePoller(parts: PollParts): Poller {
  const { clock, database, log, sightings, shares = allShares, news = silence } = parts;
  const random = parts.random ?? Math.random;
  const roster = new Roster(database, random);
  const stopping = new AbortController();
  const running: Record<PollKind, number> = { light: 0, full: 0 };
  const loops: RunningLoop[] = [];

  type MayRecord = Parameters<typeof recordObservation>[3];

  async function pollOne(entry: RosterEntry, kind: PollKind, mayRecord?: MayRecord): Promise<Seen | undefined> {
    const { row } = entry;
    running[kind] += 1;
    try {
      const observation = await observe(parts, entry, kind, stopping.signal);
      const { seen } = observation;
      entry.misses = seen.kind === 'ready' || seen.kind === 'booting' ? 0 : entry.misses + 1;
      // One lost packet is no outage: a ready server is asked a second time before anything is said.
      if (entry.misses === 1 && row.status === 'ready' && seen.kind === 'silent') {
        sightings.missed(row.name, clock.nowMs());
        entry.lightDueMs = clock.nowMs() + 1_000;
        if (kind === 'full') entry.fullDueMs = entry.lightDueMs;
        return seen;
      }
      await recordObservation(parts, row, observation, mayRecord);
      await roster.read(row.name, clock.nowMs());
      planNext(entry, kind, seen, row.status !== 'ready');
      return seen;
    } finally {
      running[kind] -= 1;
    }
  }

  function planNext(entry: RosterEntry, kind: PollKind, seen: Seen, isBack: boolean): void {
    const now = clock.nowMs();
    const isReady = seen.kind === 'ready';
    if (kind === 'full') entry.tries = isReady ? 0 : entry.tries + 1;
    const next = planNextPoll(entry.row, now, entry.tries);
    const dueMs = now + jitter(next.inMs, random);
    entry.lightDueMs = next.kind === 'light' ? dueMs : dueMs + 25_000;
    // One that came back may have changed in any way.
    if (entry.again || (isBack && kind === 'light' && entry.row.status === 'ready')) entry.fullDueMs = now;
    else if (next.kind === 'full') entry.fullDueMs = dueMs;
    else if (kind === 'full') entry.fullDueMs = now + jitter(fullEveryMs, random);
    entry.again = false;
  }

  function launch(entry: RosterEntry, kind: PollKind): void {
    entry.running = pollOne(entry, kind, shares.grip(nameOf(entry.row)))
      .then(() => undefined)
      .catch((error: unknown) => {
        if (stopping.signal.aborted) return;
        entry.lightDueMs = clock.nowMs() + 25_000;
        entry.fullDueMs = Math.max(entry.fullDueMs, entry.lightDueMs);
        log.error({ err: error, server: entry.row.name }, 'a poll failed by a defect of ours');
      })
      .finally(() => {
        entry.running = undefined;
      });
  }

  async function look(): Promise<void> {
    const now = clock.nowMs();
    await roster.update(now);
    for (const entry of roster.entries.values()) {
      if (entry.running !== undefined || !shares.isMine(nameOf(entry.row))) continue;
      if (entry.fullDueMs <= now) {
        if (running.full < fullAtOnce) launch(entry, 'full');
      } else if (entry.lightDueMs <= now && running.light < lightAtOnce) launch(entry, 'light');
    }
  }

  async function saveSeen(): Promise<void> {
    const unsaved = sightings.takeUnsaved();
    for (let at = 0; at < unsaved.length; at += rowsPerWrite) {
      await database.write('save last seen', async (tx) => {
        for (const sighting of unsaved.slice(at, at + rowsPerWrite)) await saveSighting(tx, sighting);
      });
    }
  }

  const saveEveryMs = database.dialect === 'sqlite' ? saveSeenEveryMs : saveSeenForOthersMs;

  /** The whole table is read again anyway, for what was not heard. */
  function hear(details: readonly string[] | undefined): void {
    for (const detail of details ?? []) {
      const { name, poll } = JSON.parse(detail) as Told; // told by `changed` of another daemon
      roster.changed(name, poll);
    }
  }

  return {
    changed(names, poll) {
      for (const name of names) {
        roster.changed(name, poll);
        news.tell(topic, JSON.stringify({ name, poll } satisfies Told));
      }
    },
    async pollNow(name) {
      let entry = await roster.read(name, clock.nowMs());
      while (entry?.running !== undefined) {
        await entry.running;
        entry = await roster.read(name, clock.nowMs());
      }
      if (entry === undefined) return undefined;
      const asked = pollOne(entry, 'full');
      const done = asked.then(
        () => undefined,
        () => undefined,
      );
      const current = entry;
      current.running = done.finally(() => {
        current.running = undefined;
      });
      return asked;
    },
    start() {
      news.hear(topic, hear);
      const loopParts = { clock, log };
      loops.push(startLoop({ name: 'poll servers', everyMs: tickMs, look }, loopParts));
      loops.push(startLoop({ name: 'save last seen', everyMs: saveEveryMs, look: saveSeen }, loopParts));
    },
    async stop() {
      stopping.abort(new Error('the daemon stops'));
      await Promise.all(loops.map((loop) => loop.stop()));
      await Promise.all([...roster.entries.values()].flatMap(({ running }) => running ?? []));
      await saveSeen();
    },
  };
}

async function observe(
  parts: PollParts,
  { row }: RosterEntry,
  kind: PollKind,
  signal: AbortSignal,
): Promise<FullObservation> {
  const endpoint = endpointOf({ ...row, fingerprint: row.fingerprint ?? '' });
  try {
    if (kind === 'light') {
      const options = { signal, deadlineMs: lightDeadlineMs, fresh: true };
      return { seen: (await askWhetherReady(parts.fleet.incusOs, endpoint, options)).seen };
    }
    return await observeFully(parts.fleet, endpoint, row.cluster !== null, { signal, deadlineMs: fullDeadlineMs });
  } catch (error) {
    if (error instanceof FleetFailure) return { seen: seenFromFailure(error, endpoint) };
    throw error;
  }
}

async function observeFully(
  fleet: PollFleet,
  endpoint: ServerEndpoint,
  isMember: boolean,
  options: AskOptions,
): Promise<FullObservation> {
  const connection = fleet.open();
  try {
    return await readFacts(connection, endpoint, isMember, options);
  } finally {
    await connection.close();
  }
}
