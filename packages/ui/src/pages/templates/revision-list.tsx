import { useMutation, useQuery } from '@tanstack/react-query';
import { ask } from '../../data/api.ts';
import { revisionsQuery } from '../../data/templates.ts';
import { ActButton } from '../../parts/act-button.tsx';
import { ErrorNote } from '../../parts/error-note.tsx';
import { Rows } from '../../parts/rows.tsx';
import { Age } from '../../parts/time/when.tsx';

/** What it was before, and the way back to it. */
export function RevisionList({ name }: { name: string }) {
  const { data, error } = useQuery(revisionsQuery(name));
  const back = useMutation({
    mutationFn: (revision: number) => ask('cluster_template_roll_back', { params: { name }, body: { revision } }),
  });
  if (error !== null) return <ErrorNote error={error} />;
  return (
    <>
      {back.error === null ? null : <ErrorNote error={back.error} onClose={() => back.reset()} />}
      <Rows
        name="Revisions"
        heads={['Revision', 'When', 'Changed', { title: 'By', wide: true }, 'Back']}
        rows={(data ?? []).map(({ revision, at, changed, changed_by }, index) => ({
          key: String(revision),
          cells: [
            revision,
            <Age key="at" at={at} />,
            changed.join(', '),
            <bdi key="by" title={changed_by}>
              {changed_by}
            </bdi>,
            <ActButton
              key="back"
              because={index === 0 ? 'it is so now' : undefined}
              onAct={() => back.mutate(revision)}
            >
              Back to this
            </ActButton>,
          ],
        }))}
      />
    </>
  );
}
