import { defineCommand, showNothing } from '../../command.ts';
import { editDocument } from '../../edit-document.ts';
import { required } from '../../options.ts';

export const tokenEdit = defineCommand({
  path: ['provisioning', 'token', 'edit'],
  about: 'Change a registration token: uses, expiry, channel, description',
  detail: 'Opens $VISUAL or $EDITOR, or reads YAML from stdin if that is no terminal.',
  examples: [
    'operations-center provisioning token edit 7533dc28-2935-4a0c-8c6d-8686b01d3a72',
    'operations-center provisioning token edit 7533dc28-2935-4a0c-8c6d-8686b01d3a72 < token.yaml',
  ],
  args: { uuid: required('Its UUID', { names: 'tokens' }) },
  options: {},
  run: async (call) => {
    const { api } = call;
    const params = { uuid: call.args.uuid };
    await editDocument(call, {
      load: async () => {
        const { uses_remaining, expire_at, description, channel } = await api.ask('token_show', { params });
        return { uses_remaining, expire_at, description, channel };
      },
      save: async (document) => {
        // What was typed is checked by the daemon, whose answer names the field.
        await api.ask('token_update', { params, body: document });
      },
    });
  },
  show: showNothing,
});
