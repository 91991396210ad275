import { Text } from '@mantine/core';

import { Link } from '@tanstack/react-router';
import { serverSentence, serverState } from '../../data/server-state.rules.ts';
import type { ServerBrief } from '../../data/servers.ts';
import { Name } from '../../parts/name.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { compareNames } from '../../parts/table/sort.rules.ts';
import { Age } from '../../parts/time/when.tsx';
import { paths } from '../../paths.ts';
import styles from './cluster.module.css';

export function MemberList({ members }: { members: readonly ServerBrief[] }) {
  if (members.length === 0)
    return <Text size="sm">None is known yet: servers are taken in when they have joined.</Text>;
  return (
    <table className={styles['rows']}>
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col">Status</th>
          <th scope="col" className={styles['wide']}>
            Address
          </th>
          <th scope="col" className={styles['wide']}>
            Last seen
          </th>
        </tr>
      </thead>
      <tbody>
        {members
          .toSorted((a, b) => compareNames(a.name, b.name))
          .map((server) => (
            <tr key={server.name}>
              <td>
                <Link to={paths.server} params={{ name: server.name }}>
                  <Name>{server.name}</Name>
                </Link>
              </td>
              <td>
                <StateBadge state={serverState(server)} word={serverSentence(server)} title={serverSentence(server)} />
              </td>
              <td className={styles['wide']}>
                <Name>{server.connection_url}</Name>
              </td>
              <td className={styles['wide']}>
                <Age at={server.last_seen} />
              </td>
            </tr>
          ))}
      </tbody>
    </table>
  );
}
