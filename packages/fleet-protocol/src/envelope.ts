import * as z from 'zod';

/**
 * The frame around every answer of Incus and IncusOS. All seven keys are always there on the wire; we need only
 * what decides: the rest is tolerated missing.
 */
export const SyncReply = z.looseObject({ type: z.literal('sync'), metadata: z.unknown() });
export const AsyncReply = z.looseObject({
  type: z.literal('async'),
  operation: z.string().min(1),
  metadata: z.unknown(),
});
export const ErrorReply = z.looseObject({
  type: z.literal('error'),
  error_code: z.int(),
  error: z.string(),
});
export const Reply = z.discriminatedUnion('type', [SyncReply, AsyncReply, ErrorReply]);

export type SyncReply = z.output<typeof SyncReply>;
export type AsyncReply = z.output<typeof AsyncReply>;
export type ErrorReply = z.output<typeof ErrorReply>;
export type Reply = z.output<typeof Reply>;

/** An answer with all seven keys in Incus' order, as a server writes it. */
export type WireReply = {
  type: 'sync' | 'async' | 'error';
  status: string;
  status_code: number;
  operation: string;
  error_code: number;
  error: string;
  metadata: unknown;
};

/** `metadata: {}` is the empty success of IncusOS; creations of Incus answer null. */
export const syncReply = (metadata: unknown = {}): WireReply => ({
  type: 'sync',
  status: 'Success',
  status_code: 200,
  operation: '',
  error_code: 0,
  error: '',
  metadata,
});

/** `operation` is the path: `/1.0/operations/<uuid>`. Sent with HTTP 202. */
export const asyncReply = (operation: string, metadata: unknown): WireReply => ({
  type: 'async',
  status: 'Operation created',
  status_code: 100,
  operation,
  error_code: 0,
  error: '',
  metadata,
});

/** `code` is the HTTP status as well. */
export const errorReply = (code: number, error: string): WireReply => ({
  type: 'error',
  status: '',
  status_code: 0,
  operation: '',
  error_code: code,
  error,
  metadata: null,
});
