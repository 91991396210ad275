import type { Cluster } from '@operations-center/contract';
import { shortFingerprint } from '../../output/fields.ts';
import type { Column } from '../../output/list.ts';
import { showTime } from '../../output/time.ts';

export const clusterColumns: readonly Column<Cluster>[] = [
  { header: 'Name', value: (cluster) => cluster.name },
  { header: 'Connection URL', value: (cluster) => cluster.connection_url },
  { header: 'Description', value: (cluster) => cluster.description, free: true },
  { header: 'Certificate Fingerprint', value: (cluster) => shortFingerprint(cluster.fingerprint) },
  { header: 'Channel', value: (cluster) => cluster.channel },
  { header: 'Status', value: (cluster) => cluster.status },
  { header: 'Update Status', value: updateCounts },
  { header: 'Last Updated', value: (cluster) => showTime(cluster.last_updated) },
];

/** Members that need an update, a reboot, and that are in maintenance. */
function updateCounts({ update_status: status }: Cluster): string {
  const counts = [status.needs_update, status.needs_reboot, status.in_maintenance];
  const running = status.in_progress_status.status_description;
  return `${counts.map((members) => members?.length ?? 0).join(' / ')}${running ? ` (${running})` : ''}`;
}
