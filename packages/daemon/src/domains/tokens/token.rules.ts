import { Fault } from '@operations-center/contract';
import type { TokenWish } from './token.ts';

/** May a token have these values? OC's rules and texts. */
export function checkToken(wish: TokenWish, nowMs: number): void {
  if (wish.uses_remaining < 0) throw refuse('uses_remaining', 'Value for "uses remaining" can not be negative');
  if (Date.parse(wish.expire_at) < nowMs) throw refuse('expire_at', 'Value for "expire at" can not be in the past');
  if (wish.channel === '') throw refuse('channel', 'Channel can not be empty');
}

const refuse = (field: string, message: string): Fault =>
  new Fault('token_invalid', `Invalid token, ${message}`, { details: { field } });

const uuidForm = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export function readUuid(text: string): string {
  if (uuidForm.test(text)) return text.toLowerCase();
  throw new Fault('query_invalid', 'Bad Request: invalid UUID', {
    hint: 'A UUID looks like 3f9c1e00-0000-4000-8000-000000000000.',
  });
}
