import type { ItemRow } from '../database.ts';
import { at, type Cluster, type Deed, type DeedWish, found, MADE, named, oneOf, part, targetOf } from './deed.ts';
import { INSTANCE_DEEDS } from './instance-deeds.ts';

/** Rows that only are kept: made where there is one already, edited, and deleted again once churn has touched them. */
function itemDeeds(kind: string, list: (row: ItemRow) => string, body: (number: number) => object): Deed[] {
  const rows = ({ data }: Cluster): readonly ItemRow[] => data.items[kind] ?? [];
  const url = (cluster: Cluster, row: ItemRow): string =>
    at(`${list(row)}/${part(row.name)}`, row) + targetOf(cluster, row);
  const create: DeedWish = (cluster, number) => {
    const row = oneOf(cluster, rows(cluster));
    return row === undefined ? undefined : ['POST', at(list(row), row), body(number)];
  };
  const edit: DeedWish = (cluster, number) => {
    const row = oneOf(cluster, rows(cluster));
    const description = `${MADE}, edited ${number}`;
    return row === undefined ? undefined : ['PATCH', url(cluster, row), { description }];
  };
  const drop: DeedWish = (cluster) => {
    const row = rows(cluster).findLast(({ fields }) => String(fields['description']).startsWith(MADE));
    return row === undefined ? undefined : ['DELETE', url(cluster, row)];
  };
  return [
    { weight: 1, wish: create },
    { weight: 2, wish: edit },
    { weight: 1, wish: drop },
  ];
}

const editNetwork: DeedWish = (cluster, number) => {
  const row = oneOf(cluster, cluster.data.networks);
  const description = `edited ${number}`;
  return row === undefined ? undefined : ['PATCH', at(`/1.0/networks/${part(row.name)}`, row), { description }];
};

const editProfile: DeedWish = (cluster, number) => {
  const row = oneOf(cluster, cluster.data.profiles);
  const config = { 'user.edited': String(number) };
  return row === undefined ? undefined : ['PATCH', at(`/1.0/profiles/${part(row.name)}`, row), { config }];
};

const dropProfile: DeedWish = ({ data }) => {
  const row = data.profiles.findLast(({ description }) => description === MADE);
  return row === undefined ? undefined : ['DELETE', at(`/1.0/profiles/${part(row.name)}`, row)];
};

const dropProject: DeedWish = ({ data }) => {
  const row = data.projects.findLast(({ description }) => description === MADE);
  return row === undefined ? undefined : ['DELETE', `/1.0/projects/${part(row.name)}`];
};

const createVolume: DeedWish = (cluster, number) => {
  const { data } = cluster;
  const member = oneOf(cluster, data.members);
  const place = member === undefined ? '' : targetOf(cluster, { member: member.id });
  const pool = part(data.growth?.pool ?? '');
  return ['POST', `/1.0/storage-pools/${pool}/volumes/custom?project=default${place}`, named(number)];
};

const toVolume =
  (method: string, start: string, body?: (number: number) => object): DeedWish =>
  (cluster, number) => {
    const { volumes } = cluster.data;
    const row = found(cluster, volumes, ({ description }) => description.startsWith(start));
    if (row === undefined) return undefined;
    const path = `/1.0/storage-pools/${part(row.pool)}/volumes/${row.type}/${part(row.name)}`;
    return [method, at(path, row) + targetOf(cluster, row), body?.(number)];
  };
const dropVolume = toVolume('DELETE', MADE);
const snapshotVolume: DeedWish = (cluster, number) => {
  const row = oneOf(cluster, cluster.data.volumes);
  if (row === undefined) return undefined;
  const path = `/1.0/storage-pools/${part(row.pool)}/volumes/${row.type}/${part(row.name)}/snapshots`;
  return ['POST', at(path, row) + targetOf(cluster, row), { name: `churn${number}` }];
};
const editVolume = toVolume('PATCH', '', (number) => ({
  config: { 'user.edited': String(number) },
  description: `${MADE}, edited ${number}`,
}));

const createImage: DeedWish = (_cluster, number) => [
  'POST',
  '/1.0/images',
  { source: { type: 'image', alias: `churn/${number}` }, properties: { made: MADE } },
];

const imageUrl = (row: ItemRow): string => at(`/1.0/images/${row.name}`, row);
const propertiesOf = (row: ItemRow): Record<string, unknown> => ({ ...Object(row.fields['properties']) });

const editImage: DeedWish = (cluster, number) => {
  const row = oneOf(cluster, cluster.data.items['image'] ?? []);
  if (row === undefined) return undefined;
  return ['PUT', imageUrl(row), { properties: { ...propertiesOf(row), edited: String(number) } }];
};

const dropImage: DeedWish = ({ data }) => {
  const row = data.items['image']?.findLast((one) => propertiesOf(one)['made'] === MADE);
  return row === undefined ? undefined : ['DELETE', imageUrl(row)];
};

const editCertificate: DeedWish = (cluster, number) => {
  const row = found(cluster, cluster.data.certificates, ({ type }) => type === 'client');
  return row === undefined
    ? undefined
    : ['PATCH', `/1.0/certificates/${row.fingerprint}`, { description: `edited ${number}` }];
};

const listening = (number: number): object => ({
  listen_address: `10.250.${Math.floor(number / 250) % 250}.${1 + (number % 250)}`,
  description: MADE,
});

/** What happens in a cluster, and how often. Comings and goings are in balance, so that a fleet keeps its size. */
export const DEEDS: readonly Deed[] = [
  ...INSTANCE_DEEDS,
  { weight: 1, wish: (_cluster, number) => ['POST', '/1.0/profiles', named(number)] },
  { weight: 3, wish: editProfile },
  { weight: 1, wish: dropProfile },
  { weight: 1, wish: (_cluster, number) => ['POST', '/1.0/projects', named(number)] },
  { weight: 1, wish: dropProject },
  { weight: 3, wish: editNetwork },
  { weight: 2, wish: createVolume },
  { weight: 2, wish: editVolume },
  { weight: 2, wish: dropVolume },
  { weight: 1, wish: snapshotVolume },
  { weight: 1, wish: createImage },
  { weight: 1, wish: editImage },
  { weight: 1, wish: dropImage },
  ...itemDeeds('network-acl', () => '/1.0/network-acls', named),
  ...itemDeeds('network-address-set', () => '/1.0/network-address-sets', named),
  ...itemDeeds('network-zone-record', ({ parent }) => `/1.0/network-zones/${part(parent)}/records`, named),
  ...itemDeeds('storage-bucket', ({ parent }) => `/1.0/storage-pools/${part(parent)}/buckets`, named),
  ...itemDeeds('network-load-balancer', ({ parent }) => `/1.0/networks/${part(parent)}/load-balancers`, listening),
  ...itemDeeds('network-forward', ({ parent }) => `/1.0/networks/${part(parent)}/forwards`, listening),
  { weight: 1, wish: editCertificate },
];
