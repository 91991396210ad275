import { Text } from '@mantine/core';
import type { Cluster } from '@operations-center/contract';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { ask } from '../../data/api.ts';
import { ActButton } from '../../parts/act-button.tsx';
import { ConfirmByName } from '../../parts/confirm-by-name.tsx';
import { ErrorNote } from '../../parts/error-note.tsx';
import { paths } from '../../paths.ts';
import { EditCluster } from './edit-cluster.tsx';

type Asked = 'edit' | 'forget';

/** What can be done to a cluster; what is not possible now says why. */
export function ClusterActions({ cluster }: { cluster: Cluster }) {
  const { name, status } = cluster;
  const [asked, setAsked] = useState<Asked>();
  const navigate = useNavigate();
  const notReady = status === 'ready' ? undefined : `the cluster is ${status}`;
  const resync = useMutation({ mutationFn: () => ask('cluster_resync_inventory', { params: { name } }) });
  return (
    <>
      <ActButton
        because={notReady ?? (resync.isPending ? 'it is being read' : undefined)}
        onAct={() => resync.mutate()}
      >
        Read inventory now
      </ActButton>
      <ActButton because={notReady} onAct={() => setAsked('edit')}>
        Edit
      </ActButton>
      <ActButton onAct={() => setAsked('forget')}>Forget</ActButton>
      {resync.error === null ? null : <ErrorNote error={resync.error} onClose={() => resync.reset()} />}
      {asked === 'edit' ? <EditCluster cluster={cluster} onClose={() => setAsked(undefined)} /> : null}
      {asked === 'forget' ? (
        <ConfirmByName
          title="Forget cluster"
          verb="Forget cluster"
          name={name}
          act={() => ask('cluster_delete', { params: { name }, query: { mode: 'force' } })}
          onClose={(isDone) => (isDone ? void navigate({ to: paths.clusters }) : setAsked(undefined))}
        >
          <Text size="sm">
            Operations Center forgets the cluster and its inventory. The servers stay as they are: they go on as members
            of a cluster that nobody here watches.
          </Text>
        </ConfirmByName>
      ) : null}
    </>
  );
}
