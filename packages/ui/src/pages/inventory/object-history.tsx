import { Button, Skeleton, Text } from '@mantine/core';
import type { InventoryKind } from '@operations-center/contract';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { inventoryHistoryQuery } from '../../data/inventory.ts';
import { ErrorNote } from '../../parts/error-note.tsx';
import { Name } from '../../parts/name.tsx';
import { paths } from '../../paths.ts';
import { placeName } from './change.rules.ts';
import { ChangeList } from './change-list.tsx';

/** What became of one object, also under its other names. Under an old one it says what it is called now. */
export function ObjectHistory({ kind, uuid }: { kind: InventoryKind; uuid: string }) {
  const { data, error, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery(
    inventoryHistoryQuery(kind, uuid),
  );
  if (error !== null && data === undefined) return <ErrorNote error={error} />;
  if (data === undefined) return <Skeleton height={96} />;
  const changes = data.pages.flatMap((page) => page.changes);
  const [newest] = changes;
  if (newest === undefined) return <Text size="sm">Nothing has changed since it is kept.</Text>;
  return (
    <>
      {newest.uuid === uuid || newest.change === 'deleted' ? null : (
        <Text size="sm" mb={6}>
          It is called{' '}
          <Link to={paths.inventoryObject} params={{ kind, uuid: newest.uuid }}>
            <Name>{placeName(newest)}</Name>
          </Link>{' '}
          now.
        </Text>
      )}
      <ChangeList changes={changes} here={uuid} />
      {hasNextPage ? (
        <Button size="xs" variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          Show older
        </Button>
      ) : null}
    </>
  );
}
