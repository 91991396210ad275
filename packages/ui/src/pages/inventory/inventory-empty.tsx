import { Code } from '@mantine/core';
import { factsOf, type InventoryKind } from '@operations-center/contract';
import { EmptyState } from '../../parts/empty-state.tsx';
import { LinkButton } from '../../parts/link-button.tsx';
import { paths } from '../../paths.ts';

/** Why there is no row: nothing fits, no cluster has such a thing, or there is no cluster. */
export function InventoryEmpty({
  kind,
  isNarrowed,
  hasAny,
}: {
  kind: InventoryKind;
  isNarrowed: boolean;
  /** Something of any kind was read. */
  hasAny: boolean;
}) {
  const { plural } = factsOf(kind);
  if (isNarrowed)
    return <EmptyState title={`No ${plural} fit`}>Take something out of the filter, or show another time.</EmptyState>;
  if (hasAny)
    return (
      <EmptyState title={`There are no ${plural}`}>
        No cluster has one. They are made in Incus, and are seen here as it happens. To have a cluster read anew:{' '}
        <Code>operations-center provisioning cluster resync NAME</Code>
      </EmptyState>
    );
  return (
    <EmptyState title="Nothing has been read yet">
      The inventory is what the clusters hold.{' '}
      <LinkButton size="compact-xs" to={paths.createCluster}>
        Create a cluster
      </LinkButton>
    </EmptyState>
  );
}
