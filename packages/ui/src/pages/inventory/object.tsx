import { Skeleton, Text } from '@mantine/core';
import { factsOf, type InventoryItem, type InventoryKind } from '@operations-center/contract';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { clusterQuery } from '../../data/clusters.ts';
import { inventoryObjectQuery } from '../../data/inventory.ts';
import { valueAt } from '../../data/inventory-columns.ts';
import { ErrorNote } from '../../parts/error-note.tsx';
import { Facts } from '../../parts/facts.tsx';
import { JsonTree } from '../../parts/json-tree.tsx';
import { Name } from '../../parts/name.tsx';
import { Page } from '../../parts/page.tsx';
import { PageLost } from '../../parts/page-lost.tsx';
import { Section } from '../../parts/section.tsx';
import { Age } from '../../parts/time/when.tsx';
import { paths } from '../../paths.ts';
import { addressesOf } from './addresses.rules.ts';
import { AsOfBox } from './as-of-box.tsx';
import { incusUiAddress } from './incus-ui.rules.ts';
import styles from './object.module.css';
import { ObjectHistory } from './object-history.tsx';
import { PastNote } from './past-note.tsx';
import { ResyncButton } from './resync-button.tsx';
import { isKind } from './search.rules.ts';
import { StaleNote } from './stale-note.tsx';
import { StatusWord } from './status-word.tsx';

const route = getRouteApi(paths.inventoryObject);

/** One object: what is known of it, the document itself, what became of it. */
export function InventoryObjectPage() {
  const { kind, uuid } = route.useParams();
  return isKind(kind) ? <ObjectPage key={uuid} kind={kind} uuid={uuid} /> : <PageLost />;
}

function ObjectPage({ kind, uuid }: { kind: InventoryKind; uuid: string }) {
  const { asOf = '' } = route.useSearch();
  const navigate = route.useNavigate();
  const { data, error } = useQuery(inventoryObjectQuery(kind, uuid, asOf));
  const go = (time: string): void => void navigate({ search: time === '' ? {} : { asOf: time }, replace: true });
  const { noun } = factsOf(kind);
  return (
    <Page
      title={data === undefined ? noun : <Name>{data.name}</Name>}
      note={
        <Link className={styles['up']} to={paths.inventory} search={{ kind, ...(asOf !== '' && { asOf }) }}>
          {noun}
        </Link>
      }
      actions={
        <>
          <AsOfBox value={asOf} onChange={go} />
          <ResyncButton kind={kind} uuid={uuid} isPast={asOf !== ''} />
        </>
      }
    >
      {asOf === '' ? null : <PastNote asOf={asOf} onNow={() => go('')} />}
      {asOf === '' && data !== undefined ? <StaleNote kind={kind} cluster={data.cluster} /> : null}
      {error === null ? null : <ErrorNote error={error} />}
      <div className={styles['columns']}>
        <div>
          <Section title="History">
            <ObjectHistory kind={kind} uuid={uuid} />
          </Section>
          {data === undefined ? (
            error === null && <Skeleton height={240} />
          ) : (
            <Section title="Document">
              <JsonTree name={data.name} document={data.object} />
            </Section>
          )}
        </div>
        <div>{data === undefined ? null : <ObjectFacts kind={kind} item={data} />}</div>
      </div>
    </Page>
  );
}

function ObjectFacts({ kind, item }: { kind: InventoryKind; item: InventoryItem }) {
  const { cluster, server = '', project_name = '', parent_name = '', type = '', last_updated, object, uuid } = item;
  const status = valueAt(item, 'object.status');
  const description = valueAt(item, 'object.description');
  const created = valueAt(item, 'object.created_at');
  const addresses = kind === 'instance' ? addressesOf(object) : [];
  return (
    <Section title="Facts">
      <Facts
        of={[
          ['Status', status === '' ? null : <StatusWord key="status" status={status} />],
          ['Type', type || valueAt(item, 'object.type')],
          [
            'Description',
            description === '' ? null : (
              <Text key="description" fz={13} lineClamp={6} title={description.slice(0, 1_000)}>
                {description}
              </Text>
            ),
          ],
          [
            'Addresses',
            addresses.length === 0
              ? null
              : addresses.map((one) => (
                  <div key={one}>
                    <code>{one}</code>
                  </div>
                )),
          ],
          [
            'Cluster',
            <Link key="cluster" to={paths.cluster} params={{ name: cluster }}>
              <Name>{cluster}</Name>
            </Link>,
          ],
          ['Server', server],
          ['Project', project_name],
          [factsOf(kind).parent === 'network' ? 'Network' : 'Storage pool', parent_name],
          ['Made', created === '' ? null : <Age key="made" at={created} />],
          ['Changed', <Age key="changed" at={last_updated} />],
          ['UUID', <code key="uuid">{uuid}</code>],
          ['In Incus', <IncusLink key="incus" kind={kind} item={item} />],
        ]}
      />
    </Section>
  );
}

/** It leaves this page and asks another host, so only a click does it. */
function IncusLink({ kind, item }: { kind: InventoryKind; item: InventoryItem }) {
  const { data } = useQuery(clusterQuery(item.cluster));
  const address = data === undefined ? undefined : incusUiAddress(data.connection_url, kind, item);
  if (address === undefined) return <>its address is not known</>;
  return (
    <a href={address} target="_blank" rel="noreferrer">
      Open it in Incus’ own UI
    </a>
  );
}
