import type { FaultEntry } from './entry.ts';

export const accessFaults = {
  not_authenticated: {
    kind: 'unauthenticated',
    about: 'The route needs a caller we know.',
    hint: "Use the unix socket on the daemon's host, or a client certificate whose fingerprint is in security.trusted_tls_client_cert_fingerprints.",
  },
  not_authorized: {
    kind: 'forbidden',
    about: 'The caller is known but may not do this.',
    hint: 'Ask an administrator.',
  },
} as const satisfies Record<string, FaultEntry>;
