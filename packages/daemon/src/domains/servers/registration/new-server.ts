import { zeroBmc } from '../document/bmc-config.ts';
import type { ServerRow } from '../document/server-rows.ts';

/** A row with everything as it is before anything is known. */
export const newServer = (
  known: Pick<ServerRow, 'name' | 'channel' | 'status' | 'status_detail'> & Partial<ServerRow>,
  now: number,
): ServerRow => ({
  connection_url: '',
  public_connection_url: '',
  description: '',
  properties: null,
  bmc_config: zeroBmc,
  certificate: null,
  fingerprint: null,
  cluster: null,
  forming_cluster: null,
  cluster_fingerprint: null,
  server_type: 'unknown',
  status_reason: '',
  status_changed_at: now,
  machine_id: null,
  system_uuid: null,
  claimed_machine_id: null,
  claimed_system_uuid: null,
  conflicts_with: null,
  reinstall_expected_until: 0,
  is_trusted: 0,
  registered_at: now,
  last_updated: now,
  last_seen: now,
  last_missed: 0,
  // A name used again later never meets what was kept of its predecessor.
  revision: now,
  ...known,
});
