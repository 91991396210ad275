import * as z from 'zod';

/** Status codes of an Incus operation; from 200 on it is over. */
export const OPERATION_CODES = {
  created: 100,
  started: 101,
  stopped: 102,
  running: 103,
  cancelling: 104,
  pending: 105,
  success: 200,
  failure: 400,
  cancelled: 401,
} as const;

/** `GET /1.0/operations/{id}`, the metadata of a 202, and the answer of `/wait`. */
export const IncusOperation = z.looseObject({
  id: z.string().min(1),
  class: z.enum(['task', 'websocket', 'token']),
  description: z.string().default(''),
  status: z.string(),
  status_code: z.int(),
  err: z.string().default(''),
  may_cancel: z.boolean().default(false),
  created_at: z.string().optional(),
  updated_at: z.string().optional(),
  resources: z
    .record(z.string(), z.array(z.string()).nullable())
    .nullish()
    .transform((map) => map ?? {}),
  metadata: z
    .record(z.string(), z.unknown())
    .nullish()
    .transform((map) => map ?? {}),
  location: z.string().default(''),
});
export type IncusOperation = z.output<typeof IncusOperation>;

export const isFinal = (operation: { status_code: number }): boolean => operation.status_code >= 200;

/** `GET /1.0/operations?recursion=1`: lists by lower-case status; an empty server answers `{}`. */
export const OperationLists = z
  .record(z.string(), z.array(IncusOperation).nullable())
  .nullish()
  .transform((lists) => lists ?? {});

/** Metadata of the bootstrap operation once it succeeded. */
export const BootstrapResult = z.looseObject({ certificate: z.string().min(1) });

/** Metadata of the operation that `POST /1.0/cluster/members` answers: camelCase, unlike everything else. */
export const JoinTokenMetadata = z.looseObject({
  serverName: z.string().min(1),
  secret: z.string().min(1),
  fingerprint: z.string().min(1),
  addresses: z.array(z.string()).min(1),
  expiresAt: z.string().min(1),
});
export type JoinTokenMetadata = z.output<typeof JoinTokenMetadata>;

/** What a join token carries, in the order in which Go writes it. */
export const JoinToken = z.object({
  server_name: z.string(),
  fingerprint: z.string(),
  addresses: z.array(z.string()),
  secret: z.string(),
  expires_at: z.string(),
});
export type JoinToken = z.output<typeof JoinToken>;

/** The token as the joiner gets it: base64, with padding, of compact JSON. The server never sends it in this form. */
export function encodeJoinToken(metadata: JoinTokenMetadata): string {
  const token: JoinToken = {
    server_name: metadata.serverName,
    fingerprint: metadata.fingerprint,
    addresses: metadata.addresses,
    secret: metadata.secret,
    expires_at: metadata.expiresAt,
  };
  return Buffer.from(JSON.stringify(token)).toString('base64');
}

/** Reads a token back; undefined if it is none. */
export function decodeJoinToken(text: string): JoinToken | undefined {
  try {
    return JoinToken.parse(JSON.parse(Buffer.from(text, 'base64').toString('utf8')));
  } catch {
    return undefined;
  }
}
