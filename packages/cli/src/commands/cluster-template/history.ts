import { terminalWidth } from '../../call.ts';
import { defineCommand } from '../../command.ts';
import { required } from '../../options.ts';
import { type Column, listFormat, showList } from '../../output/list.ts';
import { showTime } from '../../output/time.ts';
import { requireExtension } from '../../require-extension.ts';

type Row = { revision: number; at: string; changed_by: string; changed: string[] };

const columns: readonly Column<Row>[] = [
  { header: 'Revision', value: ({ revision }) => String(revision), sorted: false },
  { header: 'At', value: ({ at }) => showTime(at), sorted: false },
  { header: 'By', value: ({ changed_by }) => changed_by, sorted: false },
  {
    header: 'Changed',
    value: ({ revision, changed }) => (revision === 1 ? 'made' : changed.join(', ')),
    sorted: false,
    free: true,
  },
];

export const templateHistory = defineCommand({
  path: ['provisioning', 'cluster-template', 'history'],
  about: 'List the revisions of a cluster template, newest first: who changed what, and when',
  examples: ['operations-center provisioning cluster-template history branch'],
  args: { name: required('Its name', { names: 'cluster-templates' }) },
  options: { format: listFormat },
  whenEmpty: {
    none: 'There is no revision',
    from: 'Each change of the template makes one.',
  },
  run: async ({ api, args }): Promise<Row[]> => {
    await requireExtension(api, 'cluster_template_revisions', 'revisions of cluster templates');
    const params = { name: args.name };
    const revisions = await api.ask('cluster_template_revisions', { params });
    return revisions.map((one) => ({ ...one, changed: [...one.changed] }));
  },
  show: (rows, { options, terminal }) => showList(rows, columns, options.format, terminalWidth(terminal)),
});
