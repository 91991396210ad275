import { Skeleton, Text } from '@mantine/core';
import type { ServerAnswer } from '@operations-center/contract';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { serverSentence, serverState } from '../../data/server-state.rules.ts';
import { serverQuery } from '../../data/servers.ts';
import { ErrorNote } from '../../parts/error-note.tsx';
import { Facts } from '../../parts/facts.tsx';
import { Name } from '../../parts/name.tsx';
import { Page } from '../../parts/page.tsx';
import { Raw } from '../../parts/raw.tsx';
import { Rows } from '../../parts/rows.tsx';
import { Section } from '../../parts/section.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { Age } from '../../parts/time/when.tsx';
import { paths } from '../../paths.ts';
import { RecentAudit } from '../audit/recent-audit.tsx';
import { RecentOperations } from '../operations/recent-operations.tsx';
import { disks, hardwareLines, interfaces, pools, versions } from './documents.rules.ts';
import styles from './server.module.css';
import { ServerActions } from './server-actions.tsx';

const route = getRouteApi(paths.server);

/** One server: how it is and why, what it is made of, what runs on it, what was done with it. */
export function ServerPage() {
  const { name } = route.useParams();
  const { data, error } = useQuery(serverQuery(name));
  if (data === undefined) return error === null ? <Skeleton height={240} /> : <Lost error={error} />;
  return (
    <Page
      title={<Name>{data.name}</Name>}
      note={<StateBadge state={serverState(data)} word={serverSentence(data)} title={serverSentence(data)} />}
      actions={<ServerActions server={data} />}
    >
      {error === null ? null : <ErrorNote error={error} />}
      <div className={styles['columns']}>
        <div>
          <Section title="Network">
            <Interfaces server={data} />
          </Section>
          <Section title="Storage">
            <Rows
              name="Disks"
              heads={['Disk', 'Size', { title: 'Model', wide: true }]}
              rows={disks(data).map(({ name: disk, size, model }) => ({
                key: disk,
                cells: [<Name key="n">{disk}</Name>, size, model],
              }))}
            />
          </Section>
          {pools(data).length === 0 ? null : (
            <Section title="Pools">
              <Rows
                name="Pools"
                heads={['Pool', 'Used', { title: 'Type', wide: true }, 'State']}
                rows={pools(data).map(({ name: pool, used, size, type, state }) => ({
                  key: pool,
                  cells: [
                    <Name key="n">{pool}</Name>,
                    size === '' ? used : `${used || '0 B'} of ${size}`,
                    type,
                    <StateBadge key="s" state={state === 'online' ? 'ready' : 'attention'} word={state} />,
                  ],
                }))}
              />
            </Section>
          )}
          <Section title="Versions">
            <Rows
              name="Versions"
              heads={['What', 'Version', 'Needs']}
              rows={versions(data).map(({ name: what, version, next }) => ({
                key: what,
                cells: [
                  what,
                  <Name key="v">{version}</Name>,
                  next === '' ? null : <StateBadge key="s" state="waiting" word={next} />,
                ],
              }))}
            />
          </Section>
          <Section title="Operations">
            <RecentOperations server={name} />
          </Section>
          <Section title="Audit">
            <RecentAudit
              thing={serverQuery(name).queryKey}
              path={`/1.0/provisioning/servers/${encodeURIComponent(name)}`}
            />
          </Section>
        </div>
        <div>
          <Section title="Facts">
            <ServerFacts server={data} />
          </Section>
          <Section title="Hardware">
            <Facts of={hardwareLines(data)} />
          </Section>
          <details className={styles['document']}>
            <summary>As the API has it</summary>
            <Raw name="The server as JSON" document={data} />
          </details>
        </div>
      </div>
    </Page>
  );
}

const Lost = ({ error }: { error: Error }) => (
  <Page title="Server">
    <ErrorNote error={error} />
  </Page>
);

function Interfaces({ server }: { server: ServerAnswer }) {
  const found = interfaces(server);
  if (found.length === 0) return <Text size="sm">It has not said yet.</Text>;
  return (
    <Rows
      name="Interfaces"
      heads={['Interface', 'Addresses', { title: 'Roles', wide: true }]}
      rows={found.map(({ name, addresses, roles }) => ({
        key: name,
        cells: [<Name key="n">{name}</Name>, <Name key="a">{addresses.join(', ')}</Name>, roles.join(', ')],
      }))}
    />
  );
}

function ServerFacts({ server }: { server: ServerAnswer }) {
  const { cluster, connection_url, public_connection_url, channel, description, properties, server_type } = server;
  return (
    <Facts
      of={[
        [
          'Cluster',
          cluster === '' ? null : (
            <Link key="c" to={paths.cluster} params={{ name: cluster }}>
              <Name>{cluster}</Name>
            </Link>
          ),
        ],
        ['Address', <Name key="a">{connection_url}</Name>],
        ['For people', public_connection_url],
        ['Type', server_type],
        ['Channel', channel],
        ['Description', description],
        ...Object.entries(properties ?? {}),
        ['State of the machine', server.system_state_is_trusted ? 'trusted' : 'not trusted'],
        ['Certificate', <code key="f">{server.fingerprint}</code>],
        ['Last seen', <Age key="s" at={server.last_seen} />],
        ['Changed', <Age key="u" at={server.last_updated} />],
        ['Claims the ids of', server.conflicts_with],
      ]}
    />
  );
}
