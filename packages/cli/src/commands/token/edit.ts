import { defineEdit } from '../../edit-command.ts';
import { required } from '../../options.ts';

export const tokenEdit = defineEdit({
  path: ['provisioning', 'token', 'edit'],
  about: 'Change a registration token: uses, expiry, channel, description',
  sample: '7533dc28-2935-4a0c-8c6d-8686b01d3a72',
  argument: ['uuid', required('Its UUID', { names: 'tokens' })],
  keys: ['uses_remaining', 'expire_at', 'description', 'channel'],
  load: async ({ api }, uuid) => ({ ...(await api.ask('token_show', { params: { uuid } })) }),
  save: ({ api }, uuid, body) => api.ask('token_update', { params: { uuid }, body }),
});
