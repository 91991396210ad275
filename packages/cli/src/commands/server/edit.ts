import { defineEdit } from '../../edit-command.ts';
import { required } from '../../options.ts';

export const serverEdit = defineEdit({
  path: ['provisioning', 'server', 'edit'],
  about: 'Change a server: description, channel, properties, public connection URL',
  sample: 'server1',
  argument: ['name', required('Its name', { names: 'servers' })],
  keys: ['public_connection_url', 'channel', 'description', 'properties', 'bmc_config'],
  load: async ({ api }, name) => ({ ...(await api.ask('server_show', { params: { name } })) }),
  save: ({ api }, name, body) => api.ask('server_update', { params: { name }, body }),
});
