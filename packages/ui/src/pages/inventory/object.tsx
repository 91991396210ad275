import { Skeleton } from '@mantine/core';
import { type InventoryItem, inventoryKinds } from '@operations-center/contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { clusterQuery } from '../../data/clusters.ts';
import { historyQuery, kindOf, objectQuery, resyncObject } from '../../data/inventory.ts';
import { ActButton } from '../../parts/act-button.tsx';
import { ErrorNote } from '../../parts/error-note.tsx';
import { Facts } from '../../parts/facts.tsx';
import { Name } from '../../parts/name.tsx';
import { Page } from '../../parts/page.tsx';
import { Raw } from '../../parts/raw.tsx';
import { Section } from '../../parts/section.tsx';
import { Age } from '../../parts/time/when.tsx';
import { paths } from '../../paths.ts';
import { AsOf } from './as-of.tsx';
import { ChangeList } from './change-list.tsx';
import styles from './inventory.module.css';
import { readPath } from './object.rules.ts';

const route = getRouteApi(paths.inventoryObject);

/** One object: what is known of it, what became of it, its document – now, or as it was. */
export function ObjectPage() {
  const { kind: word, uuid } = route.useParams();
  const { as_of } = route.useSearch();
  const navigate = route.useNavigate();
  const kind = kindOf(word);
  const { data, error } = useQuery(objectQuery(kind, uuid, as_of));
  const history = useQuery(historyQuery(kind, uuid));
  const resync = useMutation({ mutationFn: () => resyncObject(kind, uuid) });
  return (
    <Page
      title={<Name>{data?.name ?? inventoryKinds[kind].noun}</Name>}
      note={inventoryKinds[kind].noun}
      actions={
        <>
          <AsOf
            value={as_of}
            onChange={(time) => void navigate({ search: time === '' ? {} : { as_of: time }, replace: true })}
          />
          <ActButton because={resync.isPending ? 'it is being read' : undefined} onAct={() => resync.mutate()}>
            Read it now
          </ActButton>
        </>
      }
    >
      {error === null ? null : <ErrorNote error={error} />}
      {resync.error === null ? null : <ErrorNote error={resync.error} onClose={() => resync.reset()} />}
      {data === undefined && error === null ? <Skeleton height={240} /> : null}
      <div className={styles['columns']}>
        <div>
          {data === undefined ? null : (
            <Section title="Facts">
              <ObjectFacts item={data} />
            </Section>
          )}
          <Section title="What became of it">
            {history.error === null ? null : <ErrorNote error={history.error} />}
            <ChangeList changes={history.data?.changes ?? []} />
          </Section>
        </div>
        <div>
          {data === undefined ? null : (
            <Section title="As Incus has it">
              <Raw name="The object as JSON" document={data.object} />
            </Section>
          )}
        </div>
      </div>
    </Page>
  );
}

function ObjectFacts({ item }: { item: InventoryItem }) {
  const { cluster, server, project_name, parent_name, type, last_updated } = item;
  const { data } = useQuery(clusterQuery(cluster));
  return (
    <Facts
      of={[
        [
          'Cluster',
          <Link key="cluster" to={paths.cluster} params={{ name: cluster }}>
            <Name>{cluster}</Name>
          </Link>,
        ],
        ['Server', server],
        ['Project', project_name],
        ['Of', parent_name],
        ['Type', type],
        ['Status', readPath(item, 'object.status')],
        ['Description', readPath(item, 'object.description')],
        [
          'Made',
          readPath(item, 'object.created_at') === '' ? null : (
            <Age key="made" at={readPath(item, 'object.created_at')} />
          ),
        ],
        ['Changed here', <Age key="changed" at={last_updated} />],
        [
          "In Incus' own UI",
          data === undefined ? null : <IncusLink key="incus" base={data.connection_url} item={item} />,
        ],
      ]}
    />
  );
}

/** Its own UI has pages of instances; for the rest it opens the project. */
function IncusLink({ base, item: { project_name, name, object } }: { base: string; item: InventoryItem }) {
  const project = encodeURIComponent(project_name ?? 'default');
  const page = 'status' in object && 'architecture' in object ? `instance/${encodeURIComponent(name)}` : '';
  const url = `${base.replace(/\/+$/, '')}/ui/project/${project}/${page}`;
  return base.startsWith('https://') ? (
    <a href={url} target="_blank" rel="noreferrer">
      open
    </a>
  ) : null;
}
