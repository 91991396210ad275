import { expect, test } from 'vitest';
import type { ApplicationItem } from './application-items.ts';
import { compareConfig, compareItem, type LiveObject } from './compare-item.ts';
import { itemsOfRecorded, MEMBERS, type RecordedCreation, recordedCreations } from './recorded-items.ts';

type Named = LiveObject & { name: string; project?: string; location?: string };

test.each(recordedCreations)('%s: our items are what OC left on real Incus', (_, run) => {
  const compared = itemsOfRecorded(run).flatMap((item) => compareWithRecorded(run, item));
  expect(compared.filter(({ state }) => state !== 'equal')).toEqual([]);
  // Every kind was looked at; volumes and server config once per member.
  expect(compared).toHaveLength(run === recordedCreations[0]?.[1] ? 19 : 27);
});

test.each(recordedCreations)('%s: Incus holds nothing that is not one of our items', (_, run) => {
  const items = itemsOfRecorded(run);
  const count = (kind: ApplicationItem['kind']): number => items.filter((item) => item.kind === kind).length;
  expect(run.live.networks).toHaveLength(count('network'));
  expect(run.live.profiles).toHaveLength(count('profile'));
  // The project and the group "default" are there from the beginning.
  expect(run.live.projects).toHaveLength(count('project') + 1);
  expect(run.live.groups).toHaveLength(count('cluster-group') + 1);
  expect(run.live.pools).toHaveLength(count('storage-pool'));
  expect(run.live.volumes).toHaveLength(count('storage-volume') * MEMBERS.length);
});

test.each(recordedCreations)('%s: each body that OC sent is one of ours', (_, run) => {
  const ours = itemsOfRecorded(run).flatMap(callsOf);
  const theirs = run.calls.map(({ method, path, body }) => comparable(method, path, body));
  expect(ours.sort(byWhat)).toEqual(theirs.sort(byWhat));
});

function compareWithRecorded(
  run: RecordedCreation,
  item: ApplicationItem,
): { key: string; state: string; changes?: unknown }[] {
  const { key } = item;
  if (item.kind === 'server-config') {
    return Object.entries(run.live.config).map(([member, live]) => {
      const { changes } = compareConfig({ ...item.body.config, ...item.member_config[member] }, live);
      return { key, state: changes.length === 0 ? 'equal' : 'update', changes };
    });
  }
  // Fingerprint and PEM are placeholders in the recording, names are not.
  const found =
    item.kind === 'certificate'
      ? (run.live.certificates as Named[]).filter(({ name }) => name === item.name)
      : liveOf(run, item);
  return found.map((live) => ({ key, ...compareItem(item, live) }));
}

function liveOf(
  run: RecordedCreation,
  item: Exclude<ApplicationItem, { kind: 'server-config' | 'certificate' }>,
): Named[] {
  const lists = {
    project: run.live.projects,
    'storage-pool': run.live.pools,
    network: run.live.networks,
    'storage-volume': run.live.volumes,
    profile: run.live.profiles,
    'cluster-group': run.live.groups,
  };
  // Incus answers null for a group's config, which the gate makes an empty map.
  const all = (lists[item.kind] as Named[]).map((live) => ({ ...live, config: live.config ?? {} }));
  return all.filter((live) => live.name === item.name && (!('project' in item) || live.project === item.project));
}

type Call = { what: string; body: unknown };

const byWhat = (a: Call, b: Call): number =>
  JSON.stringify(a.what + stable(a.body)) < JSON.stringify(b.what + stable(b.body)) ? -1 : 1;
const stable = (body: unknown): string =>
  JSON.stringify(Object.entries(body ?? {}).sort(([a], [b]) => (a < b ? -1 : 1)));

/** The calls an item stands for, in the form in which they are compared. */
function callsOf(item: ApplicationItem): Call[] {
  switch (item.kind) {
    case 'storage-pool':
      return [...perMember(item, 'storage-pools'), { what: 'POST storage-pools', body: item.body }];
    case 'network':
      return [...perMember(item, 'networks'), { what: 'POST networks', body: { ...item.body, type: '' } }];
    case 'storage-volume':
      return item.on_members.map((member) => ({
        what: `POST storage-pools/${item.pool}/volumes/custom on ${member}`,
        body: item.body,
      }));
    case 'profile': {
      const { name: _, ...put } = item.body;
      const isDefault = item.name === 'default';
      return [
        isDefault
          ? { what: `PUT profiles/default in ${item.project}`, body: put }
          : { what: `POST profiles in ${item.project}`, body: item.body },
      ];
    }
    case 'project':
      return [{ what: 'POST projects', body: item.body }];
    case 'certificate':
      return [{ what: 'POST certificates', body: { ...item.body, certificate: '' } }];
    case 'cluster-group':
      return [{ what: 'POST cluster/groups', body: { ...item.body, members: null } }];
    case 'server-config':
      return [
        ...MEMBERS.map((member) => ({ what: `PUT  on ${member}`, body: { config: item.member_config[member] } })),
        { what: 'PUT ', body: item.body },
      ];
  }
}

const perMember = (
  item: Extract<ApplicationItem, { member_config: unknown; body: { name: string } }>,
  path: string,
): Call[] =>
  MEMBERS.map((member) => ({
    what: `POST ${path} on ${member}`,
    body: { ...item.body, description: '', config: item.member_config[member] },
  }));

/** A recorded call without what OC's tools add to it, and what only the recording has. */
function comparable(method: string, path: string, body: object): Call {
  const url = new URL(path, 'https://server1');
  const target = url.searchParams.get('target');
  const project = url.searchParams.get('project');
  const kind = url.pathname.replace(/^\/1\.0\/?/, '');
  const where = `${target === null ? '' : ` on ${target}`}${project === null || kind === 'projects' ? '' : ` in ${project}`}`;
  const { source: _source, token: _token, trust_token: _trust, ...rest } = body as Record<string, unknown>;
  if (kind === 'certificates') return { what: `${method} ${kind}${where}`, body: { ...rest, certificate: '' } };
  if (kind !== '') return { what: `${method} ${kind}${where}`, body: rest };
  // The whole config is sent; ours are the keys that are not there before, and those of one member.
  const own = Object.entries(rest['config'] as Record<string, string>).filter(
    ([key]) => !key.endsWith('https_address'),
  );
  const config = Object.fromEntries(own.filter(([key]) => (target === null) === !key.startsWith('storage.')));
  return { what: `${method} ${kind}${where}`, body: { config } };
}
