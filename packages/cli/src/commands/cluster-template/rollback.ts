import { defineCommand, showNothing } from '../../command.ts';
import { UsageFailure } from '../../failures/failure.ts';
import { required } from '../../options.ts';
import { requireExtension } from '../../require-extension.ts';

export const templateRollback = defineCommand({
  path: ['provisioning', 'cluster-template', 'rollback'],
  about: 'Make what a cluster template was at a revision its next one',
  detail: 'Clusters that were made from it stay as they are.',
  examples: ['operations-center provisioning cluster-template rollback branch 3'],
  args: { name: required('Its name', { names: 'cluster-templates' }), revision: required('The revision') },
  options: {},
  run: async ({ api, args }) => {
    await requireExtension(api, 'cluster_template_revisions', 'revisions of cluster templates');
    if (!/^\d{1,9}$/.test(args.revision))
      throw new UsageFailure(`"${args.revision}" is no revision`, 'It is a number.');
    const body = { revision: Number(args.revision) };
    await api.ask('cluster_template_roll_back', { params: { name: args.name }, body });
  },
  show: showNothing,
});
