/** What a database remembers of the daemon that writes it: two fingerprints, and a value that only its sealing key gives. */
export type KnownIdentity = { client: string; server: string; sealing: string };

/** A sealing key of before a rotation: still needed for what was signed with it, and for what a late daemon sealed. */
export type RetiredKey = { key: Buffer; checkValue: string; retiredAt: number; auditUntil: number };
