import type { Api } from '../../api.ts';
import { defineCommand } from '../../command.ts';
import { UsageFailure } from '../../failures/failure.ts';
import { required, wholeNumber } from '../../options.ts';
import { printable } from '../../output/printable.ts';
import { requireExtension } from '../../require-extension.ts';
import { revisionDiff } from './revision-diff.ts';

export const templateDiff = defineCommand({
  path: ['provisioning', 'cluster-template', 'diff'],
  about: 'Show line by line what a revision of a cluster template changed',
  detail:
    'Both texts, the variables and the rules, against the revision before, or another one (--since). Without a revision it is the newest.',
  examples: [
    'operations-center provisioning cluster-template diff branch',
    'operations-center provisioning cluster-template diff branch --revision 4 --since 2',
  ],
  args: { name: required('Its name', { names: 'cluster-templates' }) },
  options: {
    revision: wholeNumber('The revision', 0),
    since: wholeNumber('The revision it is compared with', 0),
  },
  run: async ({ api, args: { name }, options }) => {
    await requireExtension(api, 'cluster_template_revisions', 'revisions of cluster templates');
    const newest = async () => (await api.ask('cluster_template_revisions', { params: { name } }))[0]?.revision ?? 1;
    const revision = options.revision > 0 ? options.revision : await newest();
    const since = options.since > 0 ? options.since : revision - 1;
    if (since >= revision)
      throw new UsageFailure('--since is not before --revision', 'Name the earlier of the two with --since.');
    const now = await load(api, name, revision);
    return revisionDiff(since === 0 ? undefined : await load(api, name, since), now);
  },
  // Newlines are ours; anything else that a terminal obeys is not.
  show: (diff) => diff.split('\n').map(printable).join('\n'),
});

const load = (api: Api, name: string, revision: number) =>
  api.ask('cluster_template_revision', { params: { name, revision: String(revision) } });
