import type { Operation, OperationStep } from '@operations-center/contract';
import type { State } from '../parts/states.ts';

type Status = Operation['metadata']['status'];

/** How an operation stands, as a state and in words. */
export const operationStates: Readonly<Record<Status, { state: State; word: string }>> = {
  queued: { state: 'waiting', word: 'queued' },
  running: { state: 'working', word: 'running' },
  undoing: { state: 'working', word: 'taking back' },
  paused: { state: 'attention', word: 'paused' },
  needs_attention: { state: 'attention', word: 'needs attention' },
  finished: { state: 'ready', word: 'finished' },
  undone: { state: 'failed', word: 'taken back' },
  left: { state: 'unreachable', word: 'left as it stood' },
};

/** Cancelled by a person is no failure. */
export function standOf({ metadata: { status, failure } }: Operation): { state: State; word: string } {
  if (status === 'undone' && failure === null) return { state: 'unreachable', word: 'cancelled, taken back' };
  return operationStates[status];
}

export const isOver = ({ metadata: { status } }: Operation): boolean => ['finished', 'undone', 'left'].includes(status);

/** Nothing happens by itself any more: it is over, or a person must choose. */
export const isResting = (operation: Operation): boolean =>
  isOver(operation) || ['paused', 'needs_attention'].includes(operation.metadata.status);

const nameIn = (url: string): string => decodeURIComponent(url.split('/').at(-1) ?? '');
export const serversOf = ({ resources }: Operation): string[] => (resources['servers'] ?? []).map(nameIn);
export const clustersOf = ({ resources }: Operation): string[] => (resources['clusters'] ?? []).map(nameIn);

/** How long it took, or takes until now. */
export const tookMs = (operation: Operation, nowMs: number): number =>
  (isOver(operation) ? Date.parse(operation.updated_at) : nowMs) - Date.parse(operation.created_at);

export function countDone({ metadata: { steps } }: Operation): { done: number; all: number } {
  const done = steps.filter(({ state }) => state === 'succeeded' || state === 'skipped').length;
  return { done, all: steps.length };
}

export const stepStates: Readonly<Record<OperationStep['state'], { sign: string; word: string; state: State | '' }>> = {
  pending: { sign: '·', word: 'not begun', state: '' },
  running: { sign: '●', word: 'running', state: 'working' },
  succeeded: { sign: '✓', word: 'done', state: 'ready' },
  failed: { sign: '✕', word: 'failed', state: 'failed' },
  skipped: { sign: '–', word: 'skipped', state: 'unreachable' },
  undoing: { sign: '↶', word: 'being taken back', state: 'waiting' },
  undone: { sign: '↩', word: 'taken back', state: 'unreachable' },
  undo_failed: { sign: '!', word: 'could not be taken back', state: 'attention' },
};
