import { Fault, zeroTime } from '@operations-center/contract';
import type { ServerRow } from './server-rows.ts';

/** A field of a server's JSON that needs no document: the columns it is made of, and how. `last_seen` is the later of memory and database. */
type LightField = { columns: readonly (keyof ServerRow)[]; of(row: ServerRow, lastSeen: number): unknown };

const column = (name: keyof ServerRow, empty: unknown = ''): LightField => ({
  columns: [name],
  of: (row) => row[name] ?? empty,
});
const timeText = (epochMs: number): string => (epochMs === 0 ? zeroTime : new Date(epochMs).toISOString());

const lightFields: Readonly<Record<string, LightField>> = {
  name: column('name'),
  cluster: column('cluster'),
  connection_url: column('connection_url'),
  public_connection_url: column('public_connection_url'),
  channel: column('channel'),
  description: column('description'),
  fingerprint: column('fingerprint'),
  system_uuid: column('system_uuid', null),
  machine_id: column('machine_id', null),
  server_type: column('server_type'),
  server_status: column('status'),
  server_status_detail: column('status_detail'),
  server_status_reason: column('status_reason'),
  system_state_is_trusted: { columns: ['is_trusted'], of: ({ is_trusted }) => is_trusted === 1 },
  last_updated: { columns: ['last_updated'], of: ({ last_updated }) => timeText(last_updated) },
  last_seen: { columns: ['last_seen'], of: (_, lastSeen) => timeText(lastSeen) },
};

/** The fields that a list of servers is asked for; undefined: all of them, with the documents. */
export function readWantedFields(text: string | undefined): string[] | undefined {
  if (text === undefined) return undefined;
  const names = [...new Set(text.split(','))];
  const unknown = names.find((name) => !Object.hasOwn(lightFields, name));
  if (unknown === undefined) return names;
  throw new Fault('query_invalid', `Bad Request: fields: "${unknown.slice(0, 40)}" cannot be asked for by itself`, {
    hint: `One or more of ${Object.keys(lightFields).join(', ')}.`,
  });
}

/** What must be read for them; the name tells what memory knows of a server. */
export const columnsFor = (fields: readonly string[]): (keyof ServerRow)[] => [
  ...new Set(['name', 'last_seen', ...fields.flatMap((name) => lightFields[name]?.columns ?? [])] as const),
];

/** One server with these fields alone, as JSON. */
export const pickJson = (row: ServerRow, fields: readonly string[], lastSeen: number): string =>
  JSON.stringify(Object.fromEntries(fields.map((name) => [name, lightFields[name]?.of(row, lastSeen)])));
