import type { ServerAnswer } from '@operations-center/contract';
import { shortFingerprint } from '../../output/fields.ts';
import type { Column } from '../../output/list.ts';
import { showTime } from '../../output/time.ts';
import { recommendedAction, updateState } from './update-state.ts';

export const serverColumns: readonly Column<ServerAnswer>[] = [
  { header: 'Cluster', value: (server) => server.cluster },
  { header: 'Name', value: (server) => server.name },
  { header: 'Connection URL', value: (server) => server.connection_url },
  { header: 'Description', value: (server) => server.description, free: true },
  { header: 'Public Connection URL', value: (server) => server.public_connection_url },
  { header: 'Certificate Fingerprint', value: (server) => shortFingerprint(server.fingerprint) },
  { header: 'Type', value: (server) => server.server_type },
  { header: 'Channel', value: (server) => server.channel },
  { header: 'Status', value: statusText },
  { header: 'Update Status', value: updateState },
  { header: 'Last Updated', value: (server) => showTime(server.last_updated) },
  { header: 'Last Seen', value: (server) => showTime(server.last_seen) },
  { header: 'Recommended Action', value: recommendedAction },
];

/** `offline (unresponsive)`; a detail stands behind the status as in OC. */
export function statusText(server: ServerAnswer): string {
  return server.server_status_detail === ''
    ? server.server_status
    : `${server.server_status} (${server.server_status_detail})`;
}
