/** A word after `operations-centerd` that does one thing and ends; without one it is the daemon. */
export type Subcommand = {
  name: string;
  /** What follows the name: `FILE`. */
  usage: string;
  about: string;
  /** The rest of the command line. The text of what it throws is shown to the person; the number is the exit code. */
  run(words: string[]): Promise<number>;
};

/** All of them. What runs them is imported only when it is asked for: the daemon's start does not pay for it. */
export const subcommands: readonly Subcommand[] = [
  {
    name: 'backup',
    usage: 'FILE [--exclude-keys]',
    about: 'back up database, keys and artifacts, also while the daemon runs',
    run: async (words) => (await import('./commands/backup.ts')).backup(words),
  },
  {
    name: 'restore',
    usage: 'FILE',
    about: 'restore a backup into an empty OPERATIONS_CENTER_DIR; held until `operations-center admin go`',
    run: async (words) => (await import('./commands/restore.ts')).restore(words),
  },
  {
    name: 'bundle',
    usage: 'FILE [--passphrase-file FILE]',
    about: 'pack the keys of this daemon for a further one on the same PostgreSQL',
    run: async (words) => (await import('./commands/bundle.ts')).bundle(words),
  },
  {
    name: 'join',
    usage: 'URL --from BUNDLE',
    about: 'prepare an empty OPERATIONS_CENTER_DIR for a further daemon on that PostgreSQL',
    run: async (words) => (await import('./commands/join.ts')).join(words),
  },
  {
    name: 'migrate-database',
    usage: '--to URL | --to-embedded',
    about: 'copy the embedded database into an empty PostgreSQL, or back; the daemon is stopped',
    run: async (words) => (await import('./commands/migrate-database.ts')).migrateDatabase(words),
  },
  {
    name: 'rotate-key',
    usage: '[--new-key-file FILE]',
    about: 'seal all secrets in the database anew with another sealing key; all daemons are stopped',
    run: async (words) => (await import('./commands/rotate-key.ts')).rotateKey(words),
  },
];
