import type { Fields } from '@operations-center/filter';

const free = { map: 'any' } as const;

/**
 * What a filter of servers may ask for: by the names of the JSON, and by those of OC's filters. Not the passwords of
 * management controllers: who may view a server could find one out letter by letter.
 */
export const serverFields: Fields = {
  name: 'string',
  cluster: 'string',
  connection_url: 'string',
  public_connection_url: 'string',
  certificate: 'string',
  fingerprint: 'string',
  channel: 'string',
  description: 'string',
  properties: { map: 'string' },
  system_uuid: 'string',
  machine_id: 'string',
  server_type: 'string',
  type: { alias: 'server_type' },
  server_status: 'string',
  status: { alias: 'server_status' },
  server_status_detail: 'string',
  status_detail: { alias: 'server_status_detail' },
  hardware_data: free,
  os_data: free,
  version_data: free,
  last_updated: 'time',
  last_seen: 'time',
  system_state_is_trusted: 'boolean',
};
