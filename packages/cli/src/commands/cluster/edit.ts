import { defineCommand, showNothing } from '../../command.ts';
import { editDocument } from '../../edit-document.ts';
import { required } from '../../options.ts';

export const clusterEdit = defineCommand({
  path: ['provisioning', 'cluster', 'edit'],
  about: 'Change a cluster: connection URL, channel, description, properties, rolling restarts',
  detail: 'Opens $VISUAL or $EDITOR, or reads YAML from stdin if that is no terminal.',
  examples: [
    'operations-center provisioning cluster edit wonderful',
    'operations-center provisioning cluster edit wonderful < cluster.yaml',
  ],
  args: { name: required('Its name', { names: 'clusters' }) },
  options: {},
  run: async (call) => {
    const { api } = call;
    const params = { name: call.args.name };
    await editDocument(call, {
      load: async () => {
        const { connection_url, channel, description, properties, config } = await api.ask('cluster_show', { params });
        return { connection_url, channel, description, properties, config };
      },
      // What was typed is checked by the daemon, whose answer names the field.
      save: async (document) => {
        await api.ask('cluster_update', { params, body: document });
      },
    });
  },
  show: showNothing,
});
