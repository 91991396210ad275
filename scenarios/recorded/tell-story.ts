import { makeCertificate } from '@operations-center/tls';
import type { SimulatedFleet } from '../lib/simulated-fleet.ts';
import { awaitReady } from '../lib/world.ts';
import { type Member, makeRecordedObjects } from './objects.ts';
import { sendAs } from './replay.ts';
import type { Situation } from './situation.ts';

/** Does to our daemon what was done to OC while it was recorded, and sends every exchange where it has its place. */
export async function tellStory(situation: Situation): Promise<void> {
  const { daemon, replay } = situation;
  await replay.sendAll('root-root', 'root-api', 'channels-list', 'channels-list-1');
  await replay.send('channels-get', { path: '/1.0/provisioning/channels/stable' });
  await replay.sendAll('system-network', 'system-security', 'system-settings', 'system-updates');
  await replay.sendAll('system-network-put', 'system-settings-put', 'system-security-put', 'system-updates-put');
  await tokens(situation);
  const fleet = await situation.startServers(replay.bindings.get('UUID1') ?? '');
  await awaitReady(
    daemon,
    fleet.servers.map((server) => server.name),
  );
  await servers(situation);
  await templates(situation);
  await clusters(situation, fleet);
  await replay.send('templates-delete', { path: '/1.0/provisioning/cluster-templates/template03' });
  await inventory(situation);
  await replay.sendAll('updates-list', 'updates-list-1');
  await warnings(situation);
  await replay.send('end-delete-reset');
}

async function tokens({ replay, daemon }: Situation): Promise<void> {
  await replay.sendAll('tokens-post', 'tokens-get');
  const others = [
    ['UUID2', { uses_remaining: 1, expire_at: '2099-01-01T00:00:00Z' }],
    ['UUID4', { uses_remaining: 5, expire_at: '2098-01-01T00:00:02Z', description: 'expires in two seconds' }],
    ['UUID3', { uses_remaining: 0, expire_at: '2099-01-01T00:00:00Z' }],
  ] as const;
  for (const [name, body] of others) {
    const { location } = await mustDo(daemon.client('tokens_create', { body: { ...body, channel: 'stable' } }));
    replay.bindings.set(name, location?.split('/').at(-1) ?? '');
  }
  await replay.sendAll('tokens-list', 'tokens-list-1', 'tokens-put', 'tokens-delete');
}

const noBmc = { api_type: '', endpoint: '', certificate: '', auto_pin_certificate: false, username: '', password: '' };

async function servers({ replay, daemon }: Situation): Promise<void> {
  const shown = await replay.send('servers-get');
  const { name, connection_url, system_uuid, machine_id } = (JSON.parse(shown.text) as { metadata: object })
    .metadata as Record<string, unknown>; // an object, as the comparison of this answer says
  const rest = { public_connection_url: '', channel: '', description: '', properties: null, bmc_config: noBmc };
  await replay.send('register-register', { body: { name, connection_url, system_uuid, machine_id, ...rest } });
  await mustDo(daemon.client('server_create', { body: { name: 'pre01', channel: 'stable' } }));
  await replay.sendAll('servers-pre-delete', 'servers-self-register', 'servers-list', 'servers-list-1');
  await mustDo(daemon.client('server_create', { body: { name: 'odd', channel: 'stable' } }));
  await replay.send('servers-rename', { path: '/1.0/provisioning/servers/odd' });
  await replay.sendAll('servers-put', 'servers-self', 'servers-resync');
}

async function templates({ replay, daemon }: Situation): Promise<void> {
  await replay.send('templates-post');
  const others = [
    { name: 'template02' },
    { name: 'template04', service_config_template: 'a: @x@', variables: { x: { description: '', default: '1' } } },
  ];
  for (const body of others) await mustDo(daemon.client('cluster_templates_create', { body }));
  await replay.sendAll('templates-list', 'templates-list-1', 'templates-get', 'templates-put', 'templates-rename');
}

async function clusters({ replay, daemon, network }: Situation, fleet: SimulatedFleet): Promise<void> {
  await replay.send('clusters-create');
  const second = {
    ...{ name: 'cluster02', server_names: ['server05'], connection_url: `https://${network}.15:8443` },
    ...{ cluster_template: 'template01', cluster_template_variable_values: { LVM: false } },
  };
  await mustDo(daemon.client('clusters_create', { body: { ...second, channel: 'stable', server_type: 'incus' } }));
  const member = (name: string): Member => {
    const found = fleet.servers.find((server) => server.name === name);
    if (found === undefined) throw new Error(`no ${name} in the fleet`);
    return found;
  };
  await makeRecordedObjects(daemon, [member('server01'), member('server02'), member('server03')], 'there');
  await makeRecordedObjects(daemon, [member('server05')], 'missing');
  await mustDo(daemon.client('cluster_resync_inventory', { params: { name: 'cluster01' } }));
  await replay.sendAll('clusters-artifacts', 'clusters-artifacts-1', 'clusters-artifact', 'clusters-artifact-file');
  await replay.sendAll('clusters-list', 'clusters-list-1', 'clusters-get', 'clusters-put');
  await replay.sendAll('clusters-rename', 'clusters-rename-resync');
}

/** All kinds have the same four routes. The image's fingerprint, so its UUID, is made by the simulated Incus. */
async function inventory({ replay, daemon }: Situation): Promise<void> {
  const query = { recursion: '1', cluster: 'cluster01' };
  const [image] = (await mustDo(daemon.client('inventory_images_list', { query }))).metadata;
  const path = typeof image === 'object' ? `/1.0/inventory/images/${image.uuid}` : '';
  await replay.sendAll('inventory-images', 'inventory-images-1');
  await replay.send('inventory-images-get', { path });
  await replay.send('inventory-images-resync', { path: `${path}/:resync` });
  await replay.sendAll(...replay.unsent().filter((id) => id.startsWith('inventory-')));
}

/** A machine that claims the ids of another one: a warning that we can have without waiting. */
async function warnings({ replay, daemon }: Situation): Promise<void> {
  const { metadata } = await mustDo(daemon.client('server_show', { params: { name: 'server04' } }));
  const { connection_url, system_uuid, machine_id } = metadata;
  const stranger = await makeCertificate({ commonName: 'stranger', usage: 'server' });
  const made = await sendAs(daemon.url, stranger, {
    method: 'POST',
    path: `/1.0/provisioning/servers?token=${replay.bindings.get('UUID1') ?? ''}`,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'server04', connection_url, system_uuid, machine_id }),
    signal: undefined,
  });
  if (made.status !== 201) throw new Error(made.text);
  await replay.sendAll('warnings-list', 'warnings-get', 'warnings-put');
}

async function mustDo<Result extends { kind: string }>(
  asked: Promise<Result>,
): Promise<Extract<Result, { kind: 'ok' }>> {
  const result = await asked;
  if (result.kind !== 'ok') throw new Error(JSON.stringify(result));
  // The one kind that is left.
  return result as Extract<Result, { kind: 'ok' }>;
}
