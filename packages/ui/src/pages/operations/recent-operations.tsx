import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { standOf } from '../../data/operation.rules.ts';
import { operationsQuery } from '../../data/operations.ts';
import { ErrorNote } from '../../parts/error-note.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { Age } from '../../parts/time/when.tsx';
import { paths } from '../../paths.ts';
import styles from './recent-operations.module.css';

const most = 10;

/** What was done lately: to one cluster, to one server, or to all. */
export function RecentOperations(of: { cluster?: string; server?: string }) {
  const { data, error } = useQuery(operationsQuery({ ...of, limit: String(most) }));
  if (error !== null) return <ErrorNote error={error} />;
  if (data?.length === 0) return <Text size="sm">None.</Text>;
  return (
    <table className={styles['rows']} aria-label="Operations">
      <tbody>
        {(data ?? []).map((operation) => (
          <tr key={operation.id}>
            <td>
              <Link to={paths.operation} params={{ id: operation.id }}>
                {operation.description}
              </Link>
            </td>
            <td>
              <StateBadge {...standOf(operation)} title={operation.err} />
            </td>
            <td className={styles['wide']}>
              <Age at={operation.created_at} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
