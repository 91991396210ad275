import { Code, Text } from '@mantine/core';
import type { Token } from '@operations-center/contract';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { ask } from '../../data/api.ts';
import { tokensQuery } from '../../data/tokens.ts';
import { ActButton } from '../../parts/act-button.tsx';
import { ConfirmByName } from '../../parts/confirm-by-name.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { Name } from '../../parts/name.tsx';
import type { Column } from '../../parts/table/column.ts';
import { ListPage } from '../../parts/table/list-page.tsx';
import { When } from '../../parts/time/when.tsx';
import { paths } from '../../paths.ts';
import { AddToken } from './add-token.tsx';

const columnsFor = (remove: (token: Token) => void): Column<Token>[] => [
  {
    key: 'description',
    title: 'Description',
    width: 2,
    cell: ({ description }) => <bdi title={description}>{description}</bdi>,
    value: ({ description }) => description,
  },
  {
    key: 'uses',
    title: 'Uses left',
    isNumber: true,
    cell: ({ uses_remaining }) => uses_remaining,
    value: ({ uses_remaining }) => uses_remaining,
  },
  {
    key: 'until',
    title: 'Until',
    width: 2,
    cell: ({ expire_at }) => <When at={expire_at} />,
    value: ({ expire_at }) => expire_at,
  },
  { key: 'channel', title: 'Channel', from: 'tablet', cell: ({ channel }) => channel, value: ({ channel }) => channel },
  {
    key: 'uuid',
    title: 'Token',
    width: 3,
    from: 'tablet',
    cell: ({ uuid }) => <Name>{uuid}</Name>,
    value: ({ uuid }) => uuid,
  },
  { key: 'act', title: 'Actions', cell: (token) => <ActButton onAct={() => remove(token)}>Remove</ActButton> },
];

const route = getRouteApi(paths.tokens);

/** What servers register with. */
export function TokensPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { data, error } = useQuery(tokensQuery());
  const [asked, setAsked] = useState<Token | 'new'>();
  const columns = useMemo(() => columnsFor(setAsked), []);
  return (
    <>
      <ListPage
        title="Tokens"
        words={['token', 'tokens']}
        rows={data}
        error={error}
        columns={columns}
        keyOf={({ uuid }) => uuid}
        search={search}
        onSearch={(next) => void navigate({ search: next, replace: true })}
        actions={
          <ActButton variant="filled" onAct={() => setAsked('new')}>
            Make a token
          </ActButton>
        }
        empty={
          <EmptyState title="There is no token">
            A server registers by itself with a token: make one here, and put it into the installation image, or{' '}
            <Code>operations-center provisioning token add --uses 3</Code>
          </EmptyState>
        }
      />
      {asked === 'new' ? <AddToken onClose={() => setAsked(undefined)} /> : null}
      {asked === undefined || asked === 'new' ? null : (
        <ConfirmByName
          title="Remove token"
          verb="Remove token"
          name={asked.uuid.slice(0, 8)}
          act={() => ask('token_delete', { params: { uuid: asked.uuid } })}
          onClose={() => setAsked(undefined)}
        >
          <Text size="sm">No more servers can register with it; those that did stay. {asked.description}</Text>
        </ConfirmByName>
      )}
    </>
  );
}
