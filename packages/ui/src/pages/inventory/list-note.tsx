import { Button } from '@mantine/core';
import { factsOf } from '@operations-center/contract';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { type InventoryWish, inventoryQuery, inventoryTotalQuery } from '../../data/inventory.ts';

/** How many there are; and, of a list that is too long to be read again at each change, that it is out of date. */
export function ListNote({ wish }: { wish: InventoryWish }) {
  const total = useQuery(inventoryTotalQuery(wish));
  const { isStale, data, refetch } = useInfiniteQuery(inventoryQuery(wish));
  const { noun, plural } = factsOf(wish.kind);
  return (
    <>
      {typeof total.data === 'number' ? `${total.data.toLocaleString('en')} ${total.data === 1 ? noun : plural}` : null}
      {isStale && (data?.pages.length ?? 0) > 1 ? (
        <Button size="compact-xs" variant="subtle" ml="xs" onClick={() => void refetch()}>
          Something changed: read again
        </Button>
      ) : null}
    </>
  );
}
