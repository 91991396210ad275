import { Text } from '@mantine/core';
import type { ServerAnswer } from '@operations-center/contract';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { ask } from '../../data/api.ts';
import { ActButton } from '../../parts/act-button.tsx';
import { ConfirmByName } from '../../parts/confirm-by-name.tsx';
import { ErrorNote } from '../../parts/error-note.tsx';
import { paths } from '../../paths.ts';
import { EditServer } from './edit-server.tsx';

/** What can be done with a server; what is not possible now says why. */
export function ServerActions({ server }: { server: ServerAnswer }) {
  const { name, cluster } = server;
  const [asked, setAsked] = useState<'edit' | 'remove'>();
  const navigate = useNavigate();
  const resync = useMutation({ mutationFn: () => ask('server_resync', { params: { name } }) });
  const member = cluster === '' ? undefined : `it is a member of ${cluster}`;
  return (
    <>
      <ActButton because={resync.isPending ? 'it is being asked' : undefined} onAct={() => resync.mutate()}>
        Ask it now
      </ActButton>
      <ActButton onAct={() => setAsked('edit')}>Edit</ActButton>
      <ActButton because={member} onAct={() => setAsked('remove')}>
        Remove
      </ActButton>
      {resync.error === null ? null : <ErrorNote error={resync.error} onClose={() => resync.reset()} />}
      {asked === 'edit' ? <EditServer server={server} onClose={() => setAsked(undefined)} /> : null}
      {asked === 'remove' ? (
        <ConfirmByName
          title="Remove server"
          verb="Remove server"
          name={name}
          act={() => ask('server_delete', { params: { name } })}
          onClose={(isDone) => (isDone ? void navigate({ to: paths.servers }) : setAsked(undefined))}
        >
          <Text size="sm">Operations Center forgets it. It stays as it is, and may register again with a token.</Text>
        </ConfirmByName>
      ) : null}
    </>
  );
}
