import type { Daemon } from './daemon.ts';
import { addCluster, type Stage } from './story.ts';
import type { World } from './world.ts';

/** Every page of the UI as it is looked at: its name, and its path below `/ui`. */
export type UiPage = readonly [name: string, path: string];

/** A cluster, a creation that was taken back, a plan: enough that no page is empty. Needs six servers. */
export async function fillWorld(world: World, stage: Stage): Promise<UiPage[]> {
  const { daemon, servers } = stage;
  await addCluster(
    stage,
    'wonderful',
    servers.slice(0, 3).map(({ name }) => name),
  );
  await world.fleet.setFault('services-put-fails', 'server6', 'nvme');
  await addCluster(
    { ...stage, servers: servers.slice(3) },
    'unlucky',
    servers.slice(3, 6).map(({ name }) => name),
  );
  await world.fleet.clearFault('services-put-fails', 'server6');
  const operations = await listOperationIds(daemon);
  return [
    ['fleet', '/'],
    ['servers', '/servers'],
    ['clusters', '/clusters'],
    ['cluster', '/clusters/wonderful'],
    ['create', '/create'],
    ['review', `/create/${await planOf(stage)}`],
    ['inventory-changes', '/inventory/diff'],
    ['operations', '/operations'],
    ['operation', `/operations/${operations.finished ?? ''}`],
    ['operation-in-need', `/operations/${operations.other ?? ''}`],
    ['server', '/servers/server1'],
    ['inventory', '/inventory?kind=storage_volume'],
    ['object', await networkOf(daemon)],
    ['templates', '/templates'],
    ['template', `/templates/${await makeTemplate(daemon)}`],
    ['template-editor', '/templates/edge/edit'],
    ['create-from-template', '/create?template=edge'],
    ['tokens', '/tokens'],
    ['audit', '/audit'],
    ['settings', '/settings'],
    ['nowhere', '/no/such/page'],
  ];
}

async function listOperationIds(daemon: Daemon): Promise<{ finished?: string; other?: string }> {
  const listed = await daemon.client('operations_list', { query: { recursion: '1' } });
  if (listed.kind !== 'ok') throw new Error('no list of operations');
  const all = Object.values(listed.metadata).flat() as { id: string; metadata: { status: string } }[]; // with recursion: objects
  const ids: { finished?: string; other?: string } = {};
  for (const { id, metadata } of all) ids[metadata.status === 'finished' ? 'finished' : 'other'] = id;
  return ids;
}

async function planOf({ daemon, servers }: Stage): Promise<string> {
  const free = servers.at(-1);
  const planned = await daemon.client('clusters_plan', {
    body: { name: 'second', connection_url: free?.url ?? '', server_names: [free?.name ?? ''], server_type: 'incus' },
  });
  if (planned.kind !== 'ok') throw new Error(`no plan: ${JSON.stringify(planned)}`);
  return planned.metadata.id;
}

async function networkOf(daemon: Daemon): Promise<string> {
  const listed = await daemon.client('inventory_networks_list');
  if (listed.kind !== 'ok') throw new Error('no list of networks');
  const [url] = listed.metadata as string[]; // without recursion: addresses
  return `/inventory/network/${url?.split('/').at(-1) ?? ''}`;
}

async function makeTemplate(daemon: Daemon): Promise<string> {
  const made = await daemon.client('cluster_templates_create', {
    body: {
      ...{ name: 'edge', description: 'Small sites' },
      service_config_template: 'lvm:\n  enabled: @LVM@\n',
      application_config_template: 'config:\n  user.ui.title: @TITLE@\n',
      variables: {
        LVM: { description: 'Whether LVM runs', type: 'boolean', default: 'true' },
        TITLE: { description: 'Title of the UI', type: 'string', default: '', title: 'Title' },
      },
    },
  });
  if (made.kind !== 'ok') throw new Error(`no template: ${JSON.stringify(made)}`);
  return 'edge';
}
