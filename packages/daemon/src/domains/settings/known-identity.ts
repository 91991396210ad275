/** What a database remembers of the daemon that writes it: two fingerprints, and a value that only its sealing key gives. */
export type KnownIdentity = { client: string; server: string; sealing: string };
