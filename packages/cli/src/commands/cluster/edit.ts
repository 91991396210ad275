import { defineEdit } from '../../edit-command.ts';
import { required } from '../../options.ts';

export const clusterEdit = defineEdit({
  path: ['provisioning', 'cluster', 'edit'],
  about: 'Change a cluster: connection URL, channel, description, properties, rolling restarts',
  sample: 'wonderful',
  argument: ['name', required('Its name', { names: 'clusters' })],
  keys: ['connection_url', 'channel', 'description', 'properties', 'config'],
  load: async ({ api }, name) => ({ ...(await api.ask('cluster_show', { params: { name } })) }),
  save: ({ api }, name, body) => api.ask('cluster_update', { params: { name }, body }),
});
