import type { Operation, OperationStep } from '@operations-center/contract';

/** Short words for the steps we know; any other step keeps its name. */
const shortNames: Readonly<Record<string, string>> = {
  'configure-services': 'services',
  'set-addresses': 'addresses',
  'back-up-application': 'backup',
  'join-member': 'join',
  'await-member': 'member',
  'first-inventory': 'inventory',
  'read-inventory': 'inventory',
  'watch-events': 'events',
};

const symbols: Readonly<Record<OperationStep['state'], string>> = {
  pending: '○',
  running: '●',
  succeeded: '✓',
  failed: '✗',
  skipped: '–',
  undoing: '↶',
  undone: '↩',
  undo_failed: '!',
};

/** Colours say nothing that the symbol does not say. */
const colours: Readonly<Record<OperationStep['state'], number>> = {
  pending: 90,
  running: 34,
  succeeded: 36,
  failed: 31,
  skipped: 90,
  undoing: 33,
  undone: 90,
  undo_failed: 35,
};

export const symbolOf = (state: OperationStep['state'], colour: boolean): string =>
  colour ? `\x1b[${colours[state]}m${symbols[state]}\x1b[0m` : symbols[state];

/** `join`, or the item it is about: `storage-pool/local`. */
export function stepWord(step: OperationStep, servers: readonly string[]): string {
  if (step.target !== null && !servers.includes(step.target)) return step.target;
  return shortNames[step.name] ?? step.name;
}

/** The servers that an operation is about, in its order. */
export function serversOf(operation: Operation): string[] {
  const claimed = (operation.resources['servers'] ?? []).map((url) => decodeURIComponent(url.split('/').at(-1) ?? ''));
  if (claimed.length > 0) return claimed;
  const targets = operation.metadata.steps.map((step) => step.target).filter((target) => target !== null);
  return [...new Set(targets.filter((target) => !target.includes('/')))];
}

export const isOver = (operation: Operation): boolean =>
  ['finished', 'undone', 'left'].includes(operation.metadata.status);

/** Nothing happens by itself any more: it is over, or a person must choose. */
export const isResting = (operation: Operation): boolean =>
  isOver(operation) || ['paused', 'needs_attention'].includes(operation.metadata.status);
