import type { Token } from '@operations-center/contract';

/** What a caller may set of a token. */
export type TokenWish = Omit<Token, 'uuid'>;

/** Fields in OC's order; the ETag is made over this text. */
export const tokenJson = (token: Token): string =>
  JSON.stringify({
    uses_remaining: token.uses_remaining,
    expire_at: token.expire_at,
    description: token.description,
    channel: token.channel,
    uuid: token.uuid,
  });

export const tokenUrl = (uuid: string): string => `/1.0/provisioning/tokens/${uuid}`;
