import type { Selectable } from 'kysely';
import type { Schema } from '../../../schema.ts';
import type { ServerStatus } from '../server.ts';

export type ServerRow = Selectable<Schema['servers']>;
export type DocumentRow = Selectable<Schema['server_documents']>;

/** What a list needs of every server. */
export type TailRow = Pick<ServerRow, (typeof tailColumns)[number]>;
export const tailColumns = [
  'name',
  'revision',
  'status',
  'status_detail',
  'status_reason',
  'last_updated',
  'last_seen',
  'is_trusted',
  'claimed_machine_id',
  'claimed_system_uuid',
  'conflicts_with',
] as const;

/** What polling needs of every server. */
export type RosterRow = Pick<ServerRow, (typeof rosterColumns)[number]> & {
  digest: string | null;
  polled_at: number | null;
};
export const rosterColumns = [
  'name',
  'connection_url',
  'channel',
  'fingerprint',
  'cluster',
  'forming_cluster',
  'cluster_fingerprint',
  'status',
  'status_detail',
  'status_reason',
  'status_changed_at',
] as const;

export type ServerFilter = { cluster?: string | undefined; status?: ServerStatus | undefined };
