import { performance } from 'node:perf_hooks';
import type { AnyTx, DatabaseLog } from '@operations-center/database';
import { deriveStatus, type KnownWorkflows, type Reading, readOperation } from '../derive/reading.ts';
import { decideResume } from '../derive/resume.ts';
import type { Entry } from '../journal.ts';
import { type OnRecord, recordedOf, wholeOperation } from '../operation-record.ts';
import { readEntries } from '../store/journal.store.ts';
import {
  type Claimed,
  type Claiming,
  claimOperations,
  type Lease,
  releaseOperation,
  wakeResting,
} from '../store/leases.store.ts';
import { byFence, type EngineDatabase, parkOperation } from '../store/operations.store.ts';
import type { Claim } from './execution-parts.ts';

export type TakerParts = {
  database: EngineDatabase;
  known: KnownWorkflows;
  nowMs(): number;
  log: DatabaseLog;
  lease(): Lease;
  exclusive: boolean;
  /** An operation untouched for longer comes up paused. */
  resumeLimitMs: number;
  /** Why no operation may go on by itself now. */
  heldBack(): string | undefined;
  isWorking(): boolean;
  /** How many more operations there is room for. */
  roomLeft(): number;
  claimedAt(monotonicMs: number): void;
  onRecord: OnRecord;
  supervise(what: string, work: Promise<void>): Promise<void>;
  /** An operation that may go on. */
  begin(claim: Claim): void;
  /** One that was put to rest again. */
  rested(id: string): void;
};

export type Taker = {
  /** What was open when the program started. */
  takeFirst(): Promise<void>;
  /** Looks for work: one claim at a time, and a wake that comes meanwhile is not lost. */
  wake(): void;
  /** A wake came while it could not be heeded. */
  isWanted(): boolean;
  /** Settles when nothing is being taken. */
  idle(): Promise<void>;
};

/** Takes operations from the queue, and decides of each whether it may go on by itself. */
export function makeTaker(parts: TakerParts): Taker {
  const { database } = parts;
  let taking: Promise<void> | undefined;
  let takeAgain = false;

  function wake(): void {
    if (!parts.isWorking()) return;
    takeAgain = true;
    taking ??= parts.supervise('claim', takeAll(false)).finally(() => {
      taking = undefined;
      if (takeAgain) wake();
    });
  }

  async function takeFirst(): Promise<void> {
    taking = wakeAndTake().finally(() => {
      taking = undefined;
    });
    await taking;
  }

  async function wakeAndTake(): Promise<void> {
    await database.write('operation wake', wakeResting, byFence);
    await takeAll(true);
  }

  async function takeAll(restarted: boolean): Promise<void> {
    for (;;) {
      takeAgain = false;
      const limit = Math.min(parts.roomLeft(), 1_000);
      if (limit <= 0 || !parts.isWorking()) return;
      const askedAt = performance.now();
      const claiming = { limit, exclusive: parts.exclusive, restarted, known: [...parts.known.keys()] };
      const body = (tx: AnyTx) => claim(tx, { ...parts.lease(), ...claiming });
      const found = await database.write('operation claim', body, byFence);
      parts.claimedAt(askedAt);
      for (const claimed of found.claimed) takeUp(claimed, found.entries.get(claimed.row.id) ?? [], restarted);
      if (found.claimed.length < limit) return;
    }
  }

  function takeUp({ row, wasHeld }: Claimed, entries: readonly Entry[], restarted: boolean): void {
    const reading = readOperation(parts.known, row, entries);
    const verdict = decideResume(reading, {
      nowMs: parts.nowMs(),
      owner: parts.lease().owner,
      isResume: restarted || wasHeld,
      limitMs: parts.resumeLimitMs,
      held: parts.heldBack(),
    });
    const { workflow, plan, graph } = reading;
    if (verdict.go && workflow !== undefined && graph !== undefined) {
      return parts.begin({ row, workflow, plan, graph, entries });
    }
    void parts.supervise('park', park(reading, verdict.go ? null : verdict.paused));
  }

  async function park(reading: Reading, paused: string | null): Promise<void> {
    const { row, problem, cause } = reading;
    const { id } = row;
    await database.write('operation park', (tx) => writeRest(tx, reading, paused), byFence);
    if (paused !== null) parts.log.warn({ operation: id }, `operation paused: ${paused}`);
    if (problem !== null)
      parts.log.warn({ operation: id, err: cause }, `operation needs attention: ${problem.message}`);
    parts.rested(id);
  }

  async function writeRest(tx: AnyTx, reading: Reading, paused: string | null): Promise<void> {
    const { row, histories } = reading;
    const { id, fence, wants, forgiven } = row;
    if (!(await parkOperation(tx, { id, fence, wants, forgiven }, paused))) return releaseOperation(tx, { id, fence });
    const at = parts.nowMs();
    const status = deriveStatus({ ...reading, row: { ...row, paused } });
    const seq = Math.max(0, ...[...histories.values()].map(({ lastSeq }) => lastSeq));
    const isRest = status === 'paused' || status === 'needs_attention';
    const rest = isRest ? { rest: { operation: id, status, seq, failed: false, at } } : {};
    await parts.onRecord(tx, { operation: recordedOf(row), event: 'resting', status, at, ...wholeOperation, ...rest });
  }

  return {
    takeFirst,
    wake,
    isWanted: () => takeAgain,
    idle: async () => taking,
  };
}

async function claim(tx: AnyTx, claiming: Claiming) {
  const claimed = await claimOperations(tx, claiming);
  const ids = claimed.map(({ row }) => row.id);
  return { claimed, entries: ids.length === 0 ? new Map<string, Entry[]>() : await readEntries(tx, ids) };
}
