import type { Event } from '@operations-center/contract';

/** One event as a line for people: when, what, of what, and what else is known. */
export function eventLine({ type, timestamp, metadata }: Event): string {
  const when = `${timestamp.slice(0, 19)}Z`;
  if (type === 'lost') return `${when} lost events (${word(metadata['reason'])})`;
  const said = type === 'operation' ? operationWords(metadata) : lifecycleWords(metadata);
  return [when, ...said].filter((part) => part !== '').join(' ');
}

type Metadata = Event['metadata'];

function lifecycleWords(metadata: Metadata): string[] {
  const name = word(metadata['name']);
  const context = Object.entries(mapOf(metadata['context']))
    .filter(([, value]) => value !== null && value !== '')
    .map(([key, value]) => `${key}=${quoted(word(value))}`);
  return [word(metadata['action']), name === '' ? word(metadata['source']) : quoted(name), ...context];
}

/** `operation 3f9c1e started join-member/server2`; what it is about is said with its first and its last event. */
function operationWords(metadata: Metadata): string[] {
  const inner = mapOf(metadata['metadata']);
  const step = word(inner['step']);
  const event = word(inner['event']).replaceAll('_', ' ');
  const what = event === 'resting' ? word(inner['status']).replaceAll('_', ' ') : event;
  const text = word(inner['text']);
  const about = step === '' ? word(metadata['description']) : step;
  return ['operation', word(metadata['id']).slice(0, 6), what, about, text === '' ? '' : `– ${text}`];
}

const mapOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};

const word = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value) : '');

const quoted = (text: string): string => (/[\s"]/.test(text) ? JSON.stringify(text) : text);
