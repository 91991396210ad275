import type { EventStream, FleetEvents } from '../../../fleet/event-stream.ts';
import { FleetFailure } from '../../../fleet/fleet-failure.ts';
import { type Clock, pauseMs } from '../../../platform/clock.ts';
import type { Log } from '../../../platform/log.ts';
import type { ServerEndpoint } from '../../servers/server.ts';
import type { WarningService } from '../../warnings/warnings.service.ts';
import { retryInMs } from '../scan/retry.rules.ts';
import type { ScanTarget } from '../scan/scan-cluster.service.ts';
import { looksOf } from './event-looks.rules.ts';
import type { FollowState } from './freshness.ts';
import { readIncusEvent } from './incus-event.ts';
import type { LooksQueue } from './looks-queue.ts';

export type FollowParts = {
  events: FleetEvents;
  warnings: Pick<WarningService, 'raise' | 'clear'>;
  clock: Clock;
  log: Log;
  /** What looks at what the events say, through the member that told it. `lost` ends the stream: something was missed. */
  makeQueue(target: () => ScanTarget, signal: AbortSignal, lost: (error: unknown) => void): LooksQueue;
  /** What may have been missed is read: after each new stream, and once if there is none at first. */
  scanAll(target: ScanTarget, signal: AbortSignal): Promise<unknown>;
  /** A stream has ended, that was alive until `heardMs`. */
  onLost(cluster: string, sinceMs: number, heardMs: number): Promise<void>;
  /** A member's own state changed. */
  onServer?(name: string): void;
};

export type Follower = {
  /** Its members, or how they are reached, may have changed. */
  update(target: ScanTarget): void;
  state(): FollowState;
  stop(): Promise<void>;
};

/** Nobody is told of a gap shorter than this. */
const warnAfterMs = 10_000;
/** A stream that lived for so long is followed by a new one at once. */
const provenMs = 60_000;

/** Follows the events of one cluster through one member, and through another one when that dies, until it is stopped. */
export function followCluster(first: ScanTarget, parts: FollowParts): Follower {
  const { clock, log } = parts;
  const { cluster } = first;
  const stopping = new AbortController();
  let target = first;
  let session = new AbortController();
  let wake = new AbortController();
  let stream: { opened: EventStream; member: ServerEndpoint; since: number; queue: LooksQueue } | undefined;
  let lost = { since: clock.nowMs(), reason: '', nextTry: 0 };
  /** Which member is tried: the next one after each that was lost. */
  let turn = 0;
  let failures = 0;
  let scanned = false;
  let moved = false;

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      const lived = await tryOnce().catch((error: unknown) => {
        log.error({ err: error, cluster }, 'following a cluster failed by a defect of ours; it is tried again');
        return 0;
      });
      if (stopping.signal.aborted) return;
      failures = lived >= provenMs ? 0 : failures + 1;
      turn += 1;
      if (!moved) await wait();
      if (moved) [turn, failures, moved] = [0, 0, false];
    }
  }

  /** How long a stream lasted, in milliseconds; 0: there was none. */
  async function tryOnce(): Promise<number> {
    session = new AbortController();
    const signal = AbortSignal.any([stopping.signal, session.signal]);
    try {
      const endpoint = target.endpoints[turn % Math.max(1, target.endpoints.length)];
      if (endpoint === undefined) throw new Error('the cluster has no member that could be asked');
      const query = { 'all-projects': 'true', type: 'lifecycle' };
      const opened = await parts.events.open(endpoint, { path: '/1.0/events', query, signal });
      return await follow(opened, endpoint, signal);
    } catch (error) {
      if (signal.aborted) return 0;
      await missed(error instanceof FleetFailure ? error.message : String(error));
      // A member that tells no events may still answer.
      if (!scanned) startScan(signal);
      return 0;
    }
  }

  async function follow(opened: EventStream, member: ServerEndpoint, signal: AbortSignal): Promise<number> {
    const since = clock.nowMs();
    const started = performance.now();
    let why: string | undefined;
    const end = (reason: string): void => {
      why ??= reason;
      opened.close();
    };
    // The member that tells the events is there; the others may change meanwhile.
    const through = (): ScanTarget => {
      const others = target.endpoints.filter(({ name }) => name !== member.name);
      return { ...target, endpoints: [member, ...others] };
    };
    const queue = parts.makeQueue(through, signal, (error) =>
      end(error instanceof Error ? error.message : String(error)),
    );
    stream = { opened, member, since, queue };
    log.info({ cluster, member: member.name }, 'the inventory follows the events of a cluster');
    lost = { since, reason: '', nextTry: 0 };
    await tell(undefined);
    // Subscribed first: what changes while it is read is told.
    startScan(signal);
    await readAll(opened, queue, end);
    const reason = why ?? (await opened.ended);
    stream = undefined;
    const heardMs = clock.nowMs() - (performance.now() - opened.heardAt());
    if (!stopping.signal.aborted) await missed(`${member.name}: ${reason}`);
    // What is still asked for was told by a stream that is gone, and nothing of it may be stored later.
    session.abort();
    await queue.stop();
    await parts.onLost(cluster, since, heardMs);
    return performance.now() - started;
  }

  async function readAll(opened: EventStream, queue: LooksQueue, end: (reason: string) => void): Promise<void> {
    for await (const text of opened) {
      try {
        const event = readIncusEvent(text);
        if (event === undefined) continue;
        const looks = looksOf(event);
        for (const look of looks) if (look.look === 'server') parts.onServer?.(look.name);
        queue.add(looks);
      } catch {
        end('it sent a message that is no event');
        return;
      }
    }
  }

  function startScan(signal: AbortSignal): void {
    scanned = true;
    parts.scanAll(target, signal).catch((error: unknown) => {
      if (!signal.aborted) log.warn({ err: error, cluster }, 'the inventory of a cluster could not be read');
    });
  }

  async function missed(reason: string): Promise<void> {
    const isNew = lost.reason === '';
    const since = isNew ? clock.nowMs() : lost.since;
    lost = { since, reason, nextTry: 0 };
    log[isNew ? 'info' : 'debug']({ cluster, reason }, 'the events of a cluster are not followed');
    if (clock.nowMs() - since >= warnAfterMs) await tell(reason);
  }

  async function wait(): Promise<void> {
    const ms = retryInMs(failures, Math.random);
    lost.nextTry = clock.nowMs() + ms;
    // Members that changed are tried at once.
    wake = new AbortController();
    await pauseMs(ms, AbortSignal.any([stopping.signal, wake.signal])).catch(() => undefined);
    lost.nextTry = 0;
  }

  async function tell(reason: string | undefined): Promise<void> {
    const subject = {
      type: 'Inventory is not followed',
      scope: 'inventory_events',
      entity_type: 'cluster',
      entity: cluster,
    };
    const since = new Date(lost.since).toISOString();
    const told =
      reason === undefined
        ? parts.warnings.clear(undefined, subject)
        : parts.warnings.raise(undefined, {
            ...subject,
            message: `no member tells what changes since ${since}: ${reason}; changes are seen by the regular scan only`,
          });
    await told.catch((error: unknown) => log.warn({ err: error, cluster }, 'a warning could not be written'));
  }

  const running = run();
  return {
    update(next) {
      const before = JSON.stringify(target.endpoints);
      target = next;
      if (before === JSON.stringify(next.endpoints)) return;
      const { member } = stream ?? {};
      const isStill = next.endpoints.some((one) => JSON.stringify(one) === JSON.stringify(member));
      if (isStill) return;
      moved = true;
      session.abort();
      wake.abort();
    },
    state() {
      if (stream === undefined) return { live: false, since: lost.since, reason: lost.reason, next_try: lost.nextTry };
      const { member, since, opened, queue } = stream;
      const heard_at = clock.nowMs() - (performance.now() - opened.heardAt());
      return { live: true, member: member.name, since, heard_at, pending: queue.size() };
    },
    async stop() {
      stopping.abort(new Error('the inventory of this cluster is not followed any more'));
      await running;
    },
  };
}
