import type { Call } from './call.ts';
import { allProjects, bodyOf, checkName, configMap, onMember, projectOf } from './call.ts';
import type { Devices, ItemRow, VolumeRow } from './database.ts';
import { byName, inProject, projectWith } from './database.ts';
import { emitLifecycle } from './events.ts';
import { itemsOf } from './items.ts';
import { pause } from './machine.ts';
import { startTask } from './operations.ts';
import type { Answer } from './reply.ts';
import { accepted, checkMatch, created, done, IncusError, ok, tagged } from './reply.ts';

export const instanceUrl = (row: { name: string; project: string }): string =>
  inProject(`/1.0/instances/${encodeURIComponent(row.name)}`, row.project);
const STATE_MS = 240;

export function listInstances(call: Call): Answer {
  const project = allProjects(call) ? undefined : projectOf(call);
  const rows = itemsOf(call, 'instance')
    .filter((row) => project === undefined || row.project === project)
    .sort(byName);
  if (call.recursion === 0) return ok(rows.map(instanceUrl));
  return ok(rows.map((row) => (call.recursion > 1 ? full(call, row) : shown(call, row))));
}

export function showInstance(call: Call): Answer {
  const row = findInstance(call);
  return tagged(call.recursion > 0 ? full(call, row) : shown(call, row), writable(row));
}

function shown(call: Call, row: ItemRow): Record<string, unknown> {
  const { evacuated: _e, profiles, config, devices, ...fields } = row.fields;
  const rows = call.data.profiles.filter(
    (one) => Array.isArray(profiles) && profiles.includes(one.name) && one.project === row.project,
  );
  return {
    architecture: 'x86_64',
    config,
    devices,
    ephemeral: false,
    profiles,
    stateful: false,
    description: fields.description,
    created_at: fields.created_at,
    expanded_config: Object.assign({}, ...rows.map((one) => one.config), config),
    expanded_devices: expandedDevices(call, row),
    name: row.name,
    status: fields.status,
    status_code: fields.status_code,
    last_used_at: '1970-01-01T00:00:00Z',
    location: call.data.members.find((member) => member.id === row.member)?.name ?? '',
    type: fields.type,
    project: row.project,
  };
}

const full = (call: Call, row: ItemRow): Record<string, unknown> => ({
  ...shown(call, row),
  backups: [],
  state: stateOf(row),
  snapshots: [],
});

const stateOf = (row: ItemRow): Record<string, unknown> => ({
  status: row.fields.status,
  status_code: row.fields.status_code,
  disk: {},
  memory: { usage: 0, usage_peak: 0, total: 0, swap_usage: 0, swap_usage_peak: 0 },
  network: null,
  pid: 0,
  processes: 0,
  cpu: { usage: 0, allocated_time: 0 },
  started_at: '0001-01-01T00:00:00Z',
  os_info: null,
});

export function expandedDevices(call: Call, row: ItemRow): Devices {
  const { profiles, devices } = row.fields;
  const named = call.data.profiles.filter((one) => Array.isArray(profiles) && profiles.includes(one.name));
  const mine = named.filter((one) => one.project === projectWith(call.data, row.project, 'features.profiles'));
  return Object.assign({}, ...mine.map((one) => one.devices), devices);
}

export function devicesOf(value: unknown): Record<string, Record<string, string>> {
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(
    Object.entries(value).map(([name, device]) => [name, configMap(device, 'InstancesPost.devices')]),
  );
}

/** PUT answers with an operation, PATCH at once, as real Incus does. */
export async function replaceInstance(asked: Call): Promise<Answer> {
  const row = findInstance(asked);
  const call = await atHome(asked, row);
  checkMatch(call.request.headers['if-match'], writable(row));
  const body = bodyOf(call, 'InstancePut');
  const wish = { description: 'Updating instance', resources: { instances: [instanceUrl(row)] }, project: row.project };
  const operation = startTask(call.machine, wish, async () => {
    const fields = {
      description: body.text('description'),
      config: body.config('config'),
      devices: devicesOf(body.raw('devices')),
    };
    row.fields = { ...row.fields, ...fields, profiles: body.list('profiles') };
    emitLifecycle(call, 'instance-updated', `/1.0/instances/${row.name}`, { project: row.project, name: row.name });
    return Promise.resolve();
  });
  return accepted(operation);
}

export function mergeInstance(call: Call): Answer {
  const row = findInstance(call);
  checkMatch(call.request.headers['if-match'], writable(row));
  const body = bodyOf(call, 'InstancePut');
  const config = { ...Object(row.fields.config), ...body.config('config') };
  const devices = { ...Object(row.fields.devices), ...devicesOf(body.raw('devices')) };
  row.fields = {
    ...row.fields,
    config,
    devices,
    description: body.has('description') ? body.text('description') : row.fields.description,
  };
  emitLifecycle(call, 'instance-updated', `/1.0/instances/${row.name}`, { project: row.project, name: row.name });
  return done();
}

const STATES: Record<string, [status: string, code: number, action: string]> = {
  start: ['Running', 103, 'instance-started'],
  stop: ['Stopped', 102, 'instance-stopped'],
  restart: ['Running', 103, 'instance-restarted'],
  freeze: ['Frozen', 110, 'instance-paused'],
  unfreeze: ['Running', 103, 'instance-resumed'],
};

export async function changeInstanceState(asked: Call): Promise<Answer> {
  const row = findInstance(asked);
  const call = await atHome(asked, row);
  const action = bodyOf(call, 'InstanceStatePut').text('action');
  const next = STATES[action];
  if (next === undefined) throw new IncusError(400, `Unknown action: '${action}'`);
  const [status, status_code, event] = next;
  const wish = {
    description: `${status === 'Stopped' ? 'Stopping' : 'Starting'} instance`,
    resources: { instances: [instanceUrl(row)] },
    project: row.project,
  };
  const operation = startTask(call.machine, wish, async () => {
    if (row.fields.status === status && action !== 'restart')
      throw new Error(`The instance is already ${status.toLowerCase()}`);
    if (!(await pause(call.machine, STATE_MS))) return;
    row.fields = { ...row.fields, status, status_code };
    emitLifecycle(call, event, `/1.0/instances/${row.name}`, { project: row.project, name: row.name });
  });
  return accepted(operation);
}

export const showInstanceState = (call: Call): Answer => ok(stateOf(findInstance(call)));

/** The member it lives on does the work: its operations carry that location. */
async function atHome(call: Call, row: ItemRow): Promise<Call> {
  const home = call.data.members.find((member) => member.id === row.member);
  return home === undefined ? call : await onMember(call, home);
}

export async function deleteInstance(asked: Call): Promise<Answer> {
  const row = findInstance(asked);
  const call = await atHome(asked, row);
  if (row.fields.status === 'Running') throw new IncusError(400, 'Instance is running');
  const wish = { description: 'Deleting instance', resources: { instances: [instanceUrl(row)] }, project: row.project };
  const operation = startTask(call.machine, wish, async () => {
    const rows = itemsOf(call, 'instance');
    rows.splice(rows.indexOf(row), 1);
    const own = (volume: VolumeRow): boolean =>
      volume.type === row.fields.type && volume.name === row.name && volume.project === row.project;
    call.data.volumes = call.data.volumes.filter((volume) => !own(volume));
    emitLifecycle(call, 'instance-deleted', `/1.0/instances/${row.name}`, { project: row.project, name: row.name });
    return Promise.resolve();
  });
  return accepted(operation);
}

export function renameInstance(call: Call): Answer {
  const row = findInstance(call);
  const name = bodyOf(call, 'InstancePost').text('name');
  checkName(name, 'Invalid instance name');
  const old_name = row.name;
  row.name = name;
  emitLifecycle(call, 'instance-renamed', `/1.0/instances/${name}`, {
    project: row.project,
    name,
    context: { old_name },
  });
  return created(instanceUrl(row));
}

function findInstance(call: Call): ItemRow {
  const project = projectOf(call);
  const name = call.param('item');
  const row = itemsOf(call, 'instance').find((one) => one.name === name && one.project === project);
  if (row === undefined)
    throw new IncusError(404, `Failed to fetch instance "${name}" in project "${project}": Instance not found`);
  return row;
}

const writable = (row: ItemRow): unknown => [
  row.fields.config,
  row.fields.devices,
  row.fields.profiles,
  row.fields.description,
];
