import type { Sealer } from '../../platform/keys/sealing.ts';
import type { Db, Tx } from '../../schema.ts';
import type { Hold } from './hold.ts';
import type { KnownIdentity } from './known-identity.ts';
import { defaultSettings, type Settings, type SettingsSection, secretPaths } from './settings.ts';

/** Reads all sections; what was never stored has its default. */
export async function loadSettings(db: Db, sealer: Sealer): Promise<Settings> {
  const rows = await db.selectFrom('settings').selectAll().execute();
  const stored = new Map(rows.map((row) => [row.section, JSON.parse(sealer.openAll(row.value)) as object]));
  // A section stored by an older program lacks what was added since: that has its default.
  const sections = Object.entries(defaultSettings).map(([section, value]) => [
    section,
    { ...value, ...stored.get(section) },
  ]);
  return Object.fromEntries(sections) as Settings;
}

export async function saveSettings<Section extends SettingsSection>(
  tx: Tx,
  sealer: Sealer,
  section: Section,
  value: Settings[Section],
): Promise<void> {
  await saveRow(tx, section, sealer.sealPaths(JSON.stringify(value), secretPaths[section]));
}

/** Beside the sections stands what tells this daemon from another one; no request reads or writes it. */
export async function loadIdentityRow(db: Db): Promise<KnownIdentity | undefined> {
  const row = await db.selectFrom('settings').select('value').where('section', '=', 'identity').executeTakeFirst();
  // Written by the function below.
  return row === undefined ? undefined : (JSON.parse(row.value) as KnownIdentity);
}

/** False: no daemon has ever started on this database. */
export const hasIdentityRow = async (db: Db): Promise<boolean> => (await loadIdentityRow(db)) !== undefined;

export const saveIdentityRow = (tx: Tx, identity: KnownIdentity): Promise<void> =>
  saveRow(tx, 'identity', JSON.stringify(identity));

/** A restore writes it; a daemon that finds it changes nothing on the fleet. */
export async function loadHoldRow(db: Db): Promise<Hold | undefined> {
  const row = await db.selectFrom('settings').select('value').where('section', '=', 'hold').executeTakeFirst();
  // Written by the function below.
  return row === undefined ? undefined : (JSON.parse(row.value) as Hold);
}

export const saveHoldRow = (tx: Tx, hold: Hold): Promise<void> => saveRow(tx, 'hold', JSON.stringify(hold));

export async function deleteHoldRow(tx: Tx): Promise<void> {
  await tx.deleteFrom('settings').where('section', '=', 'hold').execute();
}

async function saveRow(tx: Tx, section: string, text: string): Promise<void> {
  await tx
    .insertInto('settings')
    .values({ section, value: text })
    .onConflict((conflict) => conflict.column('section').doUpdateSet({ value: text }))
    .execute();
}

/** Where everything that is in this database was copied to: nothing may be written here any more. */
export type Moved = { to: string; at: number };

export async function loadMovedRow(db: Db): Promise<Moved | undefined> {
  const row = await db.selectFrom('settings').select('value').where('section', '=', 'moved').executeTakeFirst();
  return row === undefined ? undefined : (JSON.parse(row.value) as Moved); // written by the function below
}

export const saveMovedRow = (tx: Tx, moved: Moved): Promise<void> => saveRow(tx, 'moved', JSON.stringify(moved));

export const deleteMovedRow = async (tx: Tx): Promise<void> =>
  void (await tx.deleteFrom('settings').where('section', '=', 'moved').execute());
