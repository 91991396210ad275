import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { ask } from '../../data/api.ts';
import { sessionsQuery } from '../../data/system.ts';
import { ActButton } from '../../parts/act-button.tsx';
import { ErrorNote } from '../../parts/error-note.tsx';
import { Rows } from '../../parts/rows.tsx';
import { Age } from '../../parts/time/when.tsx';

/** Each can be signed out at once, this one, too. */
export function SessionList() {
  const { data, error } = useQuery(sessionsQuery());
  const queries = useQueryClient();
  const end = useMutation({
    mutationFn: (id: string) => ask('session_delete', { params: { id } }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['ui'] }),
  });
  if (error !== null) return <ErrorNote error={error} />;
  return (
    <>
      {end.error === null ? null : <ErrorNote error={end.error} onClose={() => end.reset()} />}
      <Rows
        name="Browsers"
        heads={['From', { title: 'Browser', wide: true }, 'Last seen', 'Sign out']}
        rows={(data ?? []).map(({ id, address, agent, seen_at, is_own }) => ({
          key: id,
          cells: [
            is_own ? `${address} (this one)` : address,
            <bdi key="agent" title={agent}>
              {agent}
            </bdi>,
            <Age key="seen" at={seen_at} />,
            <ActButton key="end" onAct={() => end.mutate(id)}>
              Sign out
            </ActButton>,
          ],
        }))}
      />
    </>
  );
}
