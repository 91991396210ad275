import { defineCommand, showNothing } from '../../command.ts';
import { editDocument } from '../../edit-document.ts';
import { required } from '../../options.ts';

export const serverEdit = defineCommand({
  path: ['provisioning', 'server', 'edit'],
  about: 'Change a server: description, channel, properties, public connection URL',
  detail: 'Opens $VISUAL or $EDITOR, or reads YAML from stdin if that is no terminal.',
  examples: [
    'operations-center provisioning server edit server1',
    'operations-center provisioning server edit server1 < server1.yaml',
  ],
  args: { name: required('Its name', { names: 'servers' }) },
  options: {},
  run: async (call) => {
    const { api } = call;
    const params = { name: call.args.name };
    await editDocument(call, {
      load: async () => {
        const server = await api.ask('server_show', { params });
        const { public_connection_url, channel, description, properties, bmc_config } = server;
        return { public_connection_url, channel, description, properties, bmc_config };
      },
      // What was typed is checked by the daemon, whose answer names the field.
      save: async (document) => {
        await api.ask('server_update', { params, body: document });
      },
    });
  },
  show: showNothing,
});
