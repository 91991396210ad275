import { existsSync } from 'node:fs';
import { type News, openPostgres, openPostgresNews, openSqlite, silence } from '@operations-center/database';
import { knowsDaemons, listLiving } from './domains/daemons/daemons.store.ts';
import type { InventoryPlace } from './domains/inventory/threads/inventory-place.store.ts';
import { requireKeyOf } from './domains/settings/identity.service.ts';
import { hasIdentityRow, loadMovedRow } from './domains/settings/settings.store.ts';
import { migrations } from './migrations.ts';
import { type DaemonConfiguration, isOpenlySent, shownUrl } from './platform/daemon-configuration.ts';
import { loadDaemonId } from './platform/daemon-id.ts';
import type { FoundKey } from './platform/keys/sealing-key.ts';
import type { Log } from './platform/log.ts';
import type { StateDirectory } from './platform/state-directory.ts';
import type { MainDatabase, Schema, Tx } from './schema.ts';

export type OpenedDatabases = {
  main: MainDatabase;
  inventory: InventoryPlace;
  /** What the daemons on this database tell each other. */
  news: News;
  /** Where the main database is, for people: a path, or a URL without its password. */
  shown: string;
  /** No daemon has written this database yet: keys that are missing may be made. */
  isFresh: boolean;
};

export type OpenParts = { state: StateDirectory; givenKeys: readonly FoundKey[]; log: Log };

/** Opens, and migrates, what the configuration names: PostgreSQL, or the files of the state directory. */
export async function openDatabases(parts: OpenParts, configuration: DaemonConfiguration): Promise<OpenedDatabases> {
  const { state, log } = parts;
  const { database } = configuration;
  if (database === undefined) return openEmbedded(parts);
  const source = `database.url of ${configuration.path}`;
  if (isOpenlySent(database.url, process.env))
    log.warn(
      { database: shownUrl(database.url) },
      'the connection to the database is not encrypted: add sslmode=verify-full to its URL',
    );
  const check = (tx: Tx): Promise<void> => requireKeyOf(tx, { ...parts, shown: shownUrl(database.url) });
  const { main, shown } = await openShared(database, source, log, { own: loadDaemonId(state.daemonId), check });
  await refuseMoved(main, shown, `remove database.url from ${configuration.path}`);
  const isFresh = !(await hasIdentityRow(main.read));
  if (isFresh && existsSync(state.database)) {
    await main.close();
    throw new Error(
      `${state.database} holds data, and ${shown} is empty. Copy it: operations-centerd migrate-database --to URL. ` +
        `Or, to begin anew, move ${state.database} away.`,
    );
  }
  const news = await openPostgresNews({ url: database.url, log });
  return { main, inventory: { kind: 'postgres', url: database.url }, news, shown, isFresh };
}

/** What is looked at before a newer program changes the schema. */
export type UpgradeGuard = {
  /** The daemon that asks. */
  own?: string;
  /** Throws if it could not work with the database afterwards. */
  check?(tx: Tx): Promise<void>;
};

/**
 * Opens the main database on PostgreSQL; `source` says where its URL is from. A newer program migrates it only when no
 * daemon but this one works on it: an older one would go on with tables that are not as it knows them.
 */
export async function openShared(
  { url, pool_size }: NonNullable<DaemonConfiguration['database']>,
  source: string,
  log: Log,
  guard: UpgradeGuard = {},
): Promise<{ main: MainDatabase; shown: string }> {
  const shown = shownUrl(url);
  try {
    const beforeUpgrade = async (given: unknown, next: string): Promise<void> => {
      const tx = given as Tx; // of this very database
      await refuseLiving(tx, next, guard.own);
      await guard.check?.(tx);
    };
    return { main: await openPostgres<Schema>({ url, poolSize: pool_size, migrations, log, beforeUpgrade }), shown };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`${shown} (${source}) cannot be used: ${reason}`, { cause });
  }
}

async function refuseLiving(tx: Tx, next: string, own: string | undefined): Promise<void> {
  if (!(await knowsDaemons(tx))) return;
  const others = (await listLiving(tx)).filter((id) => id !== own);
  if (others.length === 0) return;
  throw new Error(
    `this program brings a newer schema (${next}), and other daemons work on the database: ${others.join(', ')}. ` +
      'Stop all of them, then start the newer program on each machine; one that died is taken for dead after its lease (lease_seconds, 15 by default). Nothing was changed.',
  );
}

async function openEmbedded(parts: OpenParts): Promise<OpenedDatabases> {
  const { state, log } = parts;
  const beforeUpgrade = (tx: unknown): Promise<void> => requireKeyOf(tx as Tx, { ...parts, shown: state.database }); // of this very database
  const main = await openSqlite<Schema>({ path: state.database, migrations, log, beforeUpgrade });
  // A first start that was cut off leaves a file, and no keys yet.
  const isFresh = !(await hasIdentityRow(main.read));
  await refuseMoved(main, state.database, `put database.url into ${state.configuration}`);
  return {
    main,
    inventory: { kind: 'sqlite', path: state.inventoryDatabase },
    news: silence,
    shown: state.database,
    isFresh,
  };
}

/** Two daemons on two copies would both steer the same servers. */
async function refuseMoved(main: MainDatabase, shown: string, remedy: string): Promise<void> {
  const moved = await loadMovedRow(main.read);
  if (moved === undefined) return;
  await main.close();
  throw new Error(
    `${shown} was copied to ${moved.to} at ${new Date(moved.at).toISOString()}, and that is in use since: ${remedy}`,
  );
}
