/** A word after `operations-centerd` that does one thing and ends; without one it is the daemon. */
export type Subcommand = {
  name: string;
  /** What follows the name: `FILE`. */
  usage: string;
  about: string;
  /** More of it, for its own help. */
  detail: string;
  options: readonly { name: string; about: string }[];
  examples: readonly string[];
  /** The rest of the command line. The text of what it throws is shown to the person; the number is the exit code. */
  run(words: string[]): Promise<number>;
};

const passphrase = {
  name: '--passphrase-file FILE',
  about: 'seal the keys with the first line of this file, 8 characters or more',
};

/** All of them. What runs them is imported only when it is asked for: the daemon's start does not pay for it. */
export const subcommands: readonly Subcommand[] = [
  {
    name: 'backup',
    usage: 'FILE [--exclude-keys]',
    about: 'back up database, keys and artifacts, also while the daemon runs',
    detail:
      'FILE appears when it is whole and was read back; no other file is written over. With PostgreSQL the database is backed up there, and the keys with "bundle".',
    options: [{ name: '--exclude-keys', about: 'leave the keys out: without them the backup cannot be used alone' }],
    examples: ['backup /backups/operations-center.tar.gz'],
    run: async (words) => (await import('./commands/backup.ts')).backup(words),
  },
  {
    name: 'restore',
    usage: 'FILE',
    about: 'restore a backup into an empty OPERATIONS_CENTER_DIR; held until `operations-center admin go`',
    detail: 'The daemon that was backed up must not run any more: two of them would change the same servers.',
    options: [],
    examples: ['restore /backups/operations-center.tar.gz'],
    run: async (words) => (await import('./commands/restore.ts')).restore(words),
  },
  {
    name: 'bundle',
    usage: 'FILE [--passphrase-file FILE]',
    about: 'pack the keys of this daemon for a further one on the same PostgreSQL',
    detail: 'FILE is a new one, readable by its owner only. Remove it when the other daemon has joined.',
    options: [passphrase],
    examples: ['bundle /root/bundle --passphrase-file /root/passphrase'],
    run: async (words) => (await import('./commands/bundle.ts')).bundle(words),
  },
  {
    name: 'join',
    usage: 'URL --from BUNDLE [--passphrase-file FILE]',
    about: 'prepare an empty OPERATIONS_CENTER_DIR for a further daemon on that PostgreSQL',
    detail: 'Nothing is written unless the keys of the bundle are those of that database.',
    options: [
      { name: '--from BUNDLE', about: 'what "operations-centerd bundle" wrote where a daemon runs already' },
      { ...passphrase, about: 'what the bundle was sealed with' },
    ],
    examples: ['join postgres://operations@db.example.net/operations --from /root/bundle'],
    run: async (words) => (await import('./commands/join.ts')).join(words),
  },
  {
    name: 'migrate-database',
    usage: '--to URL | --to-embedded',
    about: 'copy the embedded database into an empty PostgreSQL, or back; the daemon is stopped',
    detail: 'The copy is whole and compared, or it is not there. What was copied is refused as a source afterwards.',
    options: [
      { name: '--to URL', about: 'into this PostgreSQL, 15 or newer, which daemon.yml names from then on' },
      { name: '--to-embedded', about: 'back into SQLite in the state directory' },
    ],
    examples: [
      'migrate-database --to postgres://operations@db.example.net/operations',
      'migrate-database --to-embedded',
    ],
    run: async (words) => (await import('./commands/migrate-database.ts')).migrateDatabase(words),
  },
  {
    name: 'rotate-key',
    usage: '[--new-key-file FILE]',
    about: 'seal all secrets in the database anew with another sealing key; all daemons are stopped',
    detail:
      'Cut off at any moment, the old key fits or the new one, and both are there. Backups made before need the old one.',
    options: [{ name: '--new-key-file FILE', about: 'the new key, 64 hex digits; without it one is made' }],
    examples: ['rotate-key', 'rotate-key --new-key-file /root/new.key'],
    run: async (words) => (await import('./commands/rotate-key.ts')).rotateKey(words),
  },
];
