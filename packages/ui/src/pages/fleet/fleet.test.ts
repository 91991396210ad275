import { expect, test } from 'vitest';
import { concernedBy } from '../../data/concerned.rules.ts';
import type { ServerBrief } from '../../data/servers.ts';
import { countStates, groupTiles } from './fleet.rules.ts';

const server = (name: string, more: Partial<ServerBrief> = {}): ServerBrief => ({
  // The page reads these fields alone.
  ...({ name, cluster: '', server_status: 'ready', server_status_detail: '' } as ServerBrief),
  ...more,
});

test('servers stand by cluster in the order of people, those without one last', () => {
  const groups = groupTiles([
    server('server10', { cluster: 'b' }),
    server('server2', { cluster: 'b' }),
    server('new'),
    server('one', { cluster: 'a' }),
  ]);
  expect(groups.map(({ cluster, tiles }) => [cluster, ...tiles.map(({ name }) => name)])).toEqual([
    ['a', 'one'],
    ['b', 'server2', 'server10'],
    ['', 'new'],
  ]);
});

test('a tile says what is the matter with its server', () => {
  const [group] = groupTiles([
    server('s1', { server_status: 'offline', server_status_reason: 'unreachable: no answer for 3 min' }),
    server('s2', { server_status_detail: 'evacuated' }),
    server('s3', { server_status: 'pending' }),
    server('s4'),
  ]);
  expect(group?.tiles.map(({ state, sentence }) => [state, sentence])).toEqual([
    ['unreachable', 's1: offline: unreachable: no answer for 3 min'],
    ['working', 's2: ready: evacuated'],
    ['waiting', 's3: pending'],
    ['ready', 's4: ready'],
  ]);
  expect(countStates(group === undefined ? [] : [group])).toHaveLength(4);
});

test('an event makes just what it is about be asked anew; one that was lost, everything', () => {
  const of = (source: string) => concernedBy({ type: 'lifecycle', metadata: { source } });
  expect(of('/1.0/provisioning/servers/a%2Fb')).toEqual([['servers']]);
  expect(of('/1.0/provisioning/cluster-templates/x')).toEqual([['cluster-templates']]);
  expect(of('/1.0/warnings/x')).toEqual([['warnings'], ['inventory', 'freshness']]);
  expect(of('/1.0/system/network')).toEqual([['system']]);
  expect(concernedBy({ type: 'operation', metadata: { id: 'a' } })).toEqual([
    ['operations', 'list'],
    ['operations', 'one', 'a'],
  ]);
  expect(concernedBy({ type: 'inventory', metadata: { kind: 'instance', uuid: 'u' } })).toEqual([
    ['inventory', 'facets'],
    ['inventory', 'freshness'],
    ['inventory', 'list', 'instance'],
    ['inventory', 'one', 'u'],
  ]);
  expect(concernedBy({ type: 'lost', metadata: {} })).toEqual([[]]);
  expect(concernedBy({ type: 'lifecycle', metadata: {} })).toEqual([]);
});
