import type { Fields } from '@operations-center/filter';

/** What a filter of clusters may ask for: the names of the JSON, which are those of OC's filters. */
export const clusterFields: Fields = {
  name: 'string',
  connection_url: 'string',
  certificate: 'string',
  fingerprint: 'string',
  status: 'string',
  channel: 'string',
  description: 'string',
  properties: { map: 'string' },
  config: { fields: { rolling_restart: { fields: { post_restore_delay: 'string', restore_mode: 'string' } } } },
  update_status: {
    fields: {
      needs_update: { list: 'string' },
      needs_reboot: { list: 'string' },
      in_maintenance: { list: 'string' },
      in_progress_status: {
        fields: {
          in_progress: 'string',
          status_description: 'string',
          error: 'string',
          evacuated_before: { list: 'string' },
          pending_reboot: { list: 'string' },
          last_updated: 'time',
        },
      },
    },
  },
  last_updated: 'time',
};
