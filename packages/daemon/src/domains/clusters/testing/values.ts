import { type ClusterPost, routes } from '@operations-center/contract';
import type { Server } from '../../servers/server.ts';

/** A request as the contract reads it. */
export const postOf = (change: Record<string, unknown>): ClusterPost =>
  routes.clusters_create.body.parse({ name: 'wonderful', server_names: ['server1'], server_type: 'incus', ...change });

export const versionData = (change: object = {}): string =>
  JSON.stringify({
    os: { name: 'IncusOS', version: '202609010000', version_next: '', needs_reboot: false },
    applications: [{ name: 'incus', version: '202609010000', in_maintenance: 0 }],
    update_channel: 'stable',
    ...change,
  });

export const emptyServer = (name: string): Server => ({
  name,
  connection_url: `https://${name}:8443`,
  channel: 'stable',
  server_type: 'incus',
  certificate: '',
  fingerprint: `fingerprint-of-${name}`,
  cluster: null,
  forming_cluster: null,
  cluster_fingerprint: null,
  status: 'ready',
  status_detail: '',
  machine_id: null,
  system_uuid: `uuid-of-${name}`,
  hardware_data: '{}',
  os_data: '{}',
  version_data: versionData(),
});
