import type { ServerStatus, ServerStatusDetail } from '../server.ts';

/**
 * What one look at a server showed. `ready` it answers and has booted · `booting` it answers, but not yet properly ·
 * `refused` it answers and will not talk to us · `silent` no usable answer · `stranger` it shows a certificate that is
 * not one of its own.
 */
export type Seen =
  | { kind: 'ready'; needs_update?: boolean; in_maintenance?: number }
  | { kind: 'booting'; reason: string }
  | { kind: 'refused'; reason: string }
  | { kind: 'silent'; reason: string }
  | { kind: 'stranger'; reason: string };

export type Standing = {
  status: ServerStatus;
  status_detail: ServerStatusDetail;
  status_reason: string;
  status_changed_at: number;
  /** An operation is making it a member: what looks odd meanwhile is the operation's business. */
  isForming: boolean;
};

export type Verdict = Pick<Standing, 'status' | 'status_detail' | 'status_reason'>;

/** A rebooting server may answer for a while before it goes down. */
export const rebootGraceMs = 30_000;

/** What a ready server is busy with, and what shows that it is over. */
const doneWhen: Partial<Record<ServerStatusDetail, (seen: Seen & { kind: 'ready' }) => boolean>> = {
  updating: ({ needs_update }) => needs_update === false,
  'updating application': ({ needs_update }) => needs_update === false,
  evacuating: ({ in_maintenance }) => in_maintenance === 2,
  restoring: ({ in_maintenance }) => in_maintenance === 0,
};

/** What a server is, after this look at it. */
export function decideServerStatus(now: Standing, seen: Seen, nowMs: number): Verdict {
  const same: Verdict = { status: now.status, status_detail: now.status_detail, status_reason: now.status_reason };
  if (now.isForming || now.status === 'unregistered') return same;
  switch (seen.kind) {
    case 'ready':
      return whenReady(now, same, seen, nowMs);
    case 'booting':
      return same;
    case 'stranger':
      return { status: 'offline', status_detail: 'unresponsive', status_reason: seen.reason };
    case 'refused':
    case 'silent':
      return whenSilent(now, same, seen.reason);
  }
}

function whenReady(now: Standing, same: Verdict, seen: Seen & { kind: 'ready' }, nowMs: number): Verdict {
  const ready: Verdict = { status: 'ready', status_detail: '', status_reason: '' };
  if (now.status !== 'ready') {
    const isGoingDown = now.status_detail === 'rebooting' && nowMs - now.status_changed_at < rebootGraceMs;
    return isGoingDown ? same : ready;
  }
  const isDone = doneWhen[now.status_detail];
  return isDone === undefined || isDone(seen) ? ready : same;
}

function whenSilent(now: Standing, same: Verdict, status_reason: string): Verdict {
  const unresponsive: Verdict = { status: 'offline', status_detail: 'unresponsive', status_reason };
  if (now.status === 'pending') return same;
  if (now.status !== 'offline') return unresponsive;
  // One that said goodbye is silent as it said it would be.
  return now.status_detail === 'unresponsive' ? unresponsive : same;
}
