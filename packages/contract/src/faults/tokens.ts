import type { FaultEntry } from './entry.ts';

export const tokenFaults = {
  token_not_found: {
    kind: 'not_found',
    about: 'There is no such token.',
    hint: 'List them: operations-center provisioning token list.',
  },
  token_invalid: {
    kind: 'invalid',
    about: 'A field of the token has a value that it cannot have.',
    hint: 'Correct the named field.',
  },
  token_unknown: {
    kind: 'forbidden',
    about: 'A server registers with a token that does not exist.',
    hint: 'Make a token and put it into the provider configuration of the server.',
  },
  token_exhausted: {
    kind: 'not_allowed',
    about: 'All uses of the token are taken.',
    hint: 'Allow more uses (uses_remaining), or make another token.',
  },
  token_expired: {
    kind: 'not_allowed',
    about: 'The token has expired.',
    hint: 'Let it expire later (expire_at), or make another token.',
  },
  channel_unknown: {
    kind: 'conflict',
    about: 'There is no such update channel.',
    hint: 'List them: operations-center provisioning channel list.',
  },
} as const satisfies Record<string, FaultEntry>;
