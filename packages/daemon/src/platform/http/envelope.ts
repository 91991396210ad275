import type { Fault } from '@operations-center/contract';
import type { Answer } from './answer.ts';

const success =
  '{"type":"sync","status":"Success","status_code":200,"operation":"","error_code":0,"error":"","metadata":';

/** OC's envelope around an answer: always its seven keys, in its order, and a newline. */
export function envelopeOf(answer: Answer): string {
  if (answer.status !== 202) return `${success}${answer.json}}\n`;
  const operation = JSON.stringify(answer.operation ?? '');
  return `{"type":"async","status":"Operation created","status_code":100,"operation":${operation},"error_code":0,"error":"","metadata":${answer.json}}\n`;
}

/** The same around a list. Every text is written once into the bytes that go out: joined first, megabytes are copied thrice. */
export function envelopeOfList(items: readonly string[]): Buffer {
  const head = `${success}[`;
  const tail = ']}\n';
  const commas = Math.max(0, items.length - 1);
  const size = items.reduce((sum, item) => sum + Buffer.byteLength(item), head.length + commas + tail.length);
  const bytes = Buffer.allocUnsafe(size);
  let end = bytes.write(head);
  for (const [index, item] of items.entries()) {
    if (index > 0) end += bytes.write(',', end);
    end += bytes.write(item, end);
  }
  bytes.write(tail, end);
  return bytes;
}

/** The same around an answer that comes in pieces. */
export async function* envelopeStream(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield Buffer.from(success);
  yield* pieces;
  yield Buffer.from('}\n');
}

/** The same for a refusal; our own keys follow OC's seven. */
export function envelopeOfFault(fault: Fault, request_id: string): string {
  return `${JSON.stringify({
    type: 'error',
    status: '',
    status_code: 0,
    operation: '',
    error_code: fault.status,
    error: fault.message,
    metadata: null,
    code: fault.code,
    hint: fault.hint,
    details: fault.details,
    request_id,
  })}\n`;
}
