import { defineEdit } from '../../edit-command.ts';
import { required } from '../../options.ts';

export const templateEdit = defineEdit({
  path: ['provisioning', 'cluster-template', 'edit'],
  about: 'Change a cluster template: description, both texts, variables, rules',
  sample: 'branch',
  argument: ['name', required('Its name', { names: 'cluster-templates' })],
  keys: ['description', 'service_config_template', 'application_config_template', 'variables', 'rules'],
  load: async ({ api }, name) => ({ ...(await api.ask('cluster_template_show', { params: { name } })) }),
  save: ({ api }, name, body) => api.ask('cluster_template_update', { params: { name }, body }),
});
