import type { MainDatabase } from '../../../schema.ts';
import type { RosterRow } from '../document/server-rows.ts';
import { findInRoster, listRoster, outside } from '../servers.store.ts';
import { firstPollInMs, fullEveryMs } from './poll-schedule.ts';

/** One server that is polled, and when next. */
export type RosterEntry = {
  row: RosterRow;
  lightDueMs: number;
  fullDueMs: number;
  /** The look under way; there is at most one at each server. */
  running: Promise<void> | undefined;
  /** Asked for while one was under way. */
  again: boolean;
  tries: number;
  /** Looks in a row that found nobody. */
  misses: number;
};

/** The whole table is read this often, for what other daemons changed. */
const rereadMs = 15_000;

/** Who is to be polled: a copy of the few columns it takes, refreshed one by one when something changes here. */
export class Roster {
  readonly entries = new Map<string, RosterEntry>();
  readonly #database: MainDatabase;
  readonly #random: () => number;
  readonly #changed = new Map<string, { poll: boolean }>();
  #readAtMs = Number.NEGATIVE_INFINITY;

  constructor(database: MainDatabase, random: () => number = Math.random) {
    this.#database = database;
    this.#random = random;
  }

  /** Reads these again before the next look; with `poll` they are due at once. */
  changed(name: string, poll: boolean): void {
    this.#changed.set(name, { poll: poll || this.#changed.get(name)?.poll === true });
  }

  async update(nowMs: number): Promise<void> {
    if (nowMs - this.#readAtMs >= rereadMs) await this.#readAll(nowMs);
    const changed = [...this.#changed];
    this.#changed.clear();
    for (const [name, { poll }] of changed) {
      const entry = await this.read(name, nowMs);
      if (entry === undefined || !poll) continue;
      entry.fullDueMs = nowMs;
      entry.tries = 0;
      entry.again = entry.running !== undefined;
    }
  }

  /** One server as it is now, or undefined if it is not polled. */
  async read(name: string, nowMs: number): Promise<RosterEntry | undefined> {
    const row = await findInRoster(outside(this.#database), name);
    if (row !== undefined) return this.#put(row, nowMs, 0);
    this.entries.delete(name);
    return undefined;
  }

  async #readAll(nowMs: number): Promise<void> {
    const rows = await listRoster(outside(this.#database));
    this.#readAtMs = nowMs;
    const names = new Set(rows.map(({ name }) => name));
    for (const name of this.entries.keys()) if (!names.has(name)) this.entries.delete(name);
    for (const row of rows) this.#put(row, nowMs, firstPollInMs(rows.length, this.#random));
  }

  #put(row: RosterRow, nowMs: number, firstInMs: number): RosterEntry {
    const known = this.entries.get(row.name);
    if (known !== undefined) {
      known.row = row;
      return known;
    }
    const fullDueMs = row.status === 'ready' ? (row.polled_at ?? 0) + fullEveryMs : nowMs + firstInMs;
    const entry: RosterEntry = {
      row,
      lightDueMs: nowMs + firstInMs,
      fullDueMs: Math.max(fullDueMs, nowMs + firstInMs),
      running: undefined,
      again: false,
      tries: 0,
      misses: 0,
    };
    this.entries.set(row.name, entry);
    return entry;
  }
}
