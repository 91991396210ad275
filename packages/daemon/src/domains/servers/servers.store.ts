import { preparedRows, preparedRun, type SqlValue } from '@operations-center/database';
import type { MainDatabase, Tx } from '../../schema.ts';
import { zeroHardwareData, zeroOsData, zeroVersionData } from './document/server-documents.ts';
import {
  type DocumentRow,
  type RosterRow,
  rosterColumns,
  type ServerFilter,
  type ServerRow,
  type TailRow,
  tailColumns,
} from './document/server-rows.ts';
import type { RegisteredServer } from './membership.ts';
import type { Sighting } from './polling/sightings.ts';
import type { Server } from './server.ts';

/** Prepared reads, outside and inside a write. */
export type Ask = <Row>(text: string, parameters: readonly SqlValue[]) => Promise<Row[]>;
export const outside =
  (database: MainDatabase): Ask =>
  (text, parameters) =>
    database.rows(text, parameters);
export const inside =
  (tx: Tx): Ask =>
  (text, parameters) =>
    preparedRows(tx, text, parameters);

const one = async <Row>(asked: Promise<Row[]>): Promise<Row | undefined> => (await asked)[0];

export const findServer = (ask: Ask, name: string): Promise<ServerRow | undefined> =>
  one(ask<ServerRow>('select * from servers where name = ?', [name]));

/** By a column whose values are unique. */
export const findServerBy = (
  ask: Ask,
  column: 'fingerprint' | 'machine_id' | 'system_uuid',
  value: string,
): Promise<ServerRow | undefined> => one(ask<ServerRow>(`select * from servers where ${column} = ?`, [value]));

export const hasServer = async (ask: Ask, name: string): Promise<boolean> =>
  (await ask('select 1 from servers where name = ?', [name])).length > 0;

/** Whether any machine registered: what is merely expected has no certificate yet and trusts nobody. */
export const hasRegisteredServer = async (ask: Ask): Promise<boolean> =>
  (await ask('select 1 from servers where fingerprint is not null limit 1', [])).length > 0;

export const findDocuments = (ask: Ask, name: string): Promise<DocumentRow | undefined> =>
  one(ask<DocumentRow>('select * from server_documents where name = ?', [name]));

export const listTails = (ask: Ask, filter: ServerFilter): Promise<TailRow[]> => {
  const { where, values } = whereOf(filter);
  return ask<TailRow>(`select ${tailColumns.join(', ')} from servers${where} order by name`, values);
};

/** Only these columns of every server, by name. */
export const listColumns = (
  ask: Ask,
  filter: ServerFilter,
  columns: readonly (keyof ServerRow)[],
): Promise<ServerRow[]> => {
  const { where, values } = whereOf(filter);
  return ask<ServerRow>(`select ${columns.join(', ')} from servers${where} order by name`, values);
};

export const listNames = async (ask: Ask, filter: ServerFilter): Promise<string[]> => {
  const { where, values } = whereOf(filter);
  return (await ask<{ name: string }>(`select name from servers${where} order by name`, values)).map(
    ({ name }) => name,
  );
};

function whereOf({ cluster, status }: ServerFilter): { where: string; values: string[] } {
  const conditions = [
    ...(cluster === undefined ? [] : [{ text: 'cluster = ?', value: cluster }]),
    ...(status === undefined ? [] : [{ text: 'status = ?', value: status }]),
  ];
  if (conditions.length === 0) return { where: '', values: [] };
  return {
    where: ` where ${conditions.map(({ text }) => text).join(' and ')}`,
    values: conditions.map(({ value }) => value),
  };
}

const roster = `select ${rosterColumns.map((column) => `s.${column}`).join(', ')}, d.digest, d.polled_at
  from servers s left join server_documents d on d.name = s.name
  where s.fingerprint is not null and s.server_type <> 'operations-center'`;

export const listRoster = (ask: Ask): Promise<RosterRow[]> => ask<RosterRow>(roster, []);
export const findInRoster = (ask: Ask, name: string): Promise<RosterRow | undefined> =>
  one(ask<RosterRow>(`${roster} and s.name = ?`, [name]));

const serverText = `select s.name, s.connection_url, s.channel, s.server_type, s.certificate, s.fingerprint, s.cluster,
  s.forming_cluster, s.cluster_fingerprint, s.status, s.status_detail, s.machine_id, s.system_uuid,
  d.hardware_data, d.os_data, d.version_data from servers s left join server_documents d on d.name = s.name`;

/** A server as other domains may know it. */
export const findKnownServer = async (ask: Ask, name: string): Promise<Server | undefined> =>
  (await ask<Server>(`${serverText} where s.name = ?`, [name])).map(withDocuments)[0];
export const listMembers = async (ask: Ask, cluster: string): Promise<Server[]> =>
  (await ask<Server>(`${serverText} where s.cluster = ? order by s.name`, [cluster])).map(withDocuments);

const registeredText = `select name, connection_url, channel, server_type, fingerprint, cluster, forming_cluster,
  cluster_fingerprint, status, status_detail, machine_id, system_uuid from servers where fingerprint is not null`;
export const listRegistered = (ask: Ask): Promise<RegisteredServer[]> => ask<RegisteredServer>(registeredText, []);

const withDocuments = (row: Server): Server => ({
  ...row,
  certificate: row.certificate ?? '',
  fingerprint: row.fingerprint ?? '',
  hardware_data: row.hardware_data ?? zeroHardwareData,
  os_data: row.os_data ?? zeroOsData,
  version_data: row.version_data ?? zeroVersionData,
});

export async function insertServer(tx: Tx, row: ServerRow): Promise<void> {
  const columns = Object.keys(row);
  const text = `insert into servers (${columns.join(', ')}) values (${columns.map(() => '?').join(', ')})`;
  await preparedRun(tx, text, Object.values(row));
}

/** Changes columns of one server; false: it is not there. */
export async function updateServer(tx: Tx, name: string, change: Partial<ServerRow>): Promise<boolean> {
  const set = Object.keys(change).map((column) => `${column} = ?`);
  return (
    (await preparedRun(tx, `update servers set ${set.join(', ')} where name = ?`, [...Object.values(change), name])) > 0
  );
}

/** Changes columns that its JSON shows outside of times and status. */
export async function reviseServer(tx: Tx, name: string, now: number, change: Partial<ServerRow>): Promise<boolean> {
  const set = [...Object.keys(change).map((column) => `${column} = ?`), 'last_updated = ?', 'revision = revision + 1'];
  const values = [...Object.values(change), now, name];
  return (await preparedRun(tx, `update servers set ${set.join(', ')} where name = ?`, values)) > 0;
}

export const deleteServer = async (tx: Tx, name: string): Promise<boolean> =>
  (await preparedRun(tx, 'delete from servers where name = ?', [name])) > 0;

export async function saveDocuments(tx: Tx, row: DocumentRow): Promise<void> {
  const text = `insert into server_documents (name, digest, polled_at, hardware_data, os_data, version_data)
    values (?, ?, ?, ?, ?, ?) on conflict (name) do update set digest = excluded.digest, polled_at = excluded.polled_at,
    hardware_data = excluded.hardware_data, os_data = excluded.os_data, version_data = excluded.version_data`;
  await preparedRun(tx, text, [row.name, row.digest, row.polled_at, row.hardware_data, row.os_data, row.version_data]);
}

/** Only forward: another daemon may have seen more. */
export async function saveSighting(tx: Tx, { name, last_seen, last_missed }: Sighting): Promise<void> {
  const seen = 'update servers set last_seen = ? where name = ? and last_seen < ?';
  if (last_seen > 0) await preparedRun(tx, seen, [last_seen, name, last_seen]);
  const missed = 'update servers set last_missed = ? where name = ? and last_missed < ?';
  if (last_missed > 0) await preparedRun(tx, missed, [last_missed, name, last_missed]);
}

/** Columns that name a server follow it to its new name. */
export async function renameServer(tx: Tx, from: string, to: string, now: number): Promise<void> {
  await reviseServer(tx, from, now, { name: to });
  await preparedRun(tx, 'update servers set conflicts_with = ?, revision = revision + 1 where conflicts_with = ?', [
    to,
    from,
  ]);
}
