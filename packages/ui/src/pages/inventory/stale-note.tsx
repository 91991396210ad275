import { Alert } from '@mantine/core';
import type { InventoryKind } from '@operations-center/contract';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { freshnessQuery } from '../../data/clusters.ts';
import { Name } from '../../parts/name.tsx';
import { useNowMs } from '../../parts/time/now.ts';
import { Age } from '../../parts/time/when.tsx';
import { paths } from '../../paths.ts';
import { staleClusters } from './stale.rules.ts';

/** Of which clusters changes may be missing, and why. Nothing while all are seen as they happen. */
export function StaleNote({ kind, cluster }: { kind: InventoryKind; cluster?: string }) {
  const { data } = useQuery(freshnessQuery(cluster));
  const stale = staleClusters(data ?? [], kind, useNowMs());
  if (stale.length === 0) return null;
  return (
    <Alert color="gray" variant="outline" role="status" p="xs" mb="xs">
      {stale.map(({ cluster: name, seen, reason }) => (
        <div key={name} style={{ overflowWrap: 'anywhere' }}>
          <Link to={paths.cluster} params={{ name }}>
            <Name>{name}</Name>
          </Link>
          :{' '}
          {seen === null ? (
            'not read yet'
          ) : (
            <>
              last seen <Age at={seen} />; what changed since may be missing
            </>
          )}
          {reason === '' ? '' : `: ${reason}`}
        </div>
      ))}
    </Alert>
  );
}
