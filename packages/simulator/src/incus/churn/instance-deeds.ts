import type { InstanceRow } from '../database.ts';
import { instanceOutline } from '../instance-fields.ts';
import { at, type Cluster, type Deed, type DeedWish, found, oneOf, part, targetOf, type Wish } from './deed.ts';

const url = (row: InstanceRow, below = ''): string => at(`/1.0/instances/${part(row.name)}${below}`, row);

/** Something done to an instance that is in the right state. */
const toInstance =
  (status: string, wish: (row: InstanceRow, cluster: Cluster, number: number) => Wish | undefined): DeedWish =>
  (cluster, number) => {
    const { data } = cluster;
    const is = (row: InstanceRow): boolean => status === '' || instanceOutline(data, row).status === status;
    const row = found(cluster, data.instances, is);
    return row === undefined ? undefined : wish(row, cluster, number);
  };

const state = (status: string, action: string): DeedWish =>
  toInstance(status, (row) => ['PUT', url(row, '/state'), { action }]);

const create: DeedWish = (cluster, number) => {
  const { data } = cluster;
  // Profiles to make it from are in the projects that have grown.
  const projects = data.projects.filter(({ name }) => name === 'default' || name.startsWith('team-'));
  const project = oneOf(cluster, projects);
  const member = oneOf(cluster, data.members);
  if (project === undefined || member === undefined) return undefined;
  const body = {
    name: `churn${number}`,
    type: number % 6 === 0 ? 'virtual-machine' : 'container',
    profiles: ['standard', 'small'],
    config: { 'user.number': String(number) },
    source: { type: 'none' },
  };
  const place = targetOf(cluster, { member: member.id });
  return ['POST', `/1.0/instances?project=${part(project.name)}${place}`, body];
};

const edit = toInstance('', (row, _cluster, number) => [
  'PATCH',
  url(row),
  { config: { 'user.edited': String(number) } },
]);

const rename = toInstance('Stopped', (row, _cluster, number) => ['POST', url(row), { name: `renamed${number}` }]);

const move = toInstance('Stopped', (row, cluster) => {
  const others = cluster.data.members.filter(({ id }) => id !== row.member);
  const target = oneOf(cluster, others);
  if (target === undefined) return undefined;
  return ['POST', url(row) + targetOf(cluster, { member: target.id }), { name: row.name, migration: true }];
});

const snapshot = toInstance('', (row, _cluster, number) => [
  'POST',
  url(row, '/snapshots'),
  { name: `churn${number}` },
]);

const dropSnapshot: DeedWish = (cluster) => {
  const row = found(cluster, cluster.data.instances, ({ fields }) => (fields.snapshots ?? []).length > 0);
  const last = row?.fields.snapshots?.at(-1);
  return row === undefined || last === undefined ? undefined : ['DELETE', url(row, `/snapshots/${part(last.name)}`)];
};

export const INSTANCE_DEEDS: readonly Deed[] = [
  { weight: 14, wish: state('Stopped', 'start') },
  { weight: 14, wish: state('Running', 'stop') },
  { weight: 6, wish: state('Running', 'restart') },
  { weight: 2, wish: state('Running', 'freeze') },
  { weight: 2, wish: state('Frozen', 'unfreeze') },
  { weight: 12, wish: edit },
  { weight: 8, wish: create },
  { weight: 8, wish: toInstance('Stopped', (row) => ['DELETE', url(row)]) },
  { weight: 4, wish: rename },
  { weight: 4, wish: move },
  { weight: 8, wish: snapshot },
  { weight: 7, wish: dropSnapshot },
];
