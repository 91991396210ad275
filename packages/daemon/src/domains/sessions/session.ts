/** A browser that is signed in. Times in epoch milliseconds. */
export type StoredSession = {
  id: string;
  key_hash: string;
  created_at: number;
  seen_at: number;
  expires_at: number;
  /** `unix`, or the fingerprint of a certificate. */
  made_by: string;
  address: string;
  agent: string;
};

const hour = 3_600_000;
/** What holds for links and sessions. */
export const lives = { linkMs: 120_000, idleMs: 12 * hour, sessionMs: 7 * 24 * hour, seenEveryMs: 60_000 };

export const isAlive = ({ seen_at, expires_at }: StoredSession, nowMs: number): boolean =>
  nowMs < expires_at && nowMs - seen_at < lives.idleMs;

/** Bound to this host, over TLS only, sent by no other site's page, and read by no script. */
export const cookieName = '__Host-operations-center';

export const setCookie = (key: string): string =>
  `${cookieName}=${key}; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=${lives.sessionMs / 1_000}`;

/** The key in the header `Cookie`; undefined: there is none of ours. */
export function readCookie(header: string | undefined): string | undefined {
  for (const part of header?.split(';') ?? []) {
    const [name, value] = part.trim().split('=', 2);
    if (name === cookieName && value !== undefined && /^[A-Za-z0-9_-]{43}$/.test(value)) return value;
  }
  return undefined;
}
