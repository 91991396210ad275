import type { Call } from './call.ts';
import { allProjects, bodyOf, configMap, projectOf } from './call.ts';
import type { InstanceFields, InstanceRow } from './database.ts';
import { byName } from './database.ts';
import { findInstance, onHome, tellInstance } from './instance-call.ts';
import { fullInstance, shownInstance, showState } from './instance-documents.ts';
import { changeInstance, instanceFields, instanceUrl, setConfig } from './instance-fields.ts';
import { restoreSnapshot } from './instance-snapshots.ts';
import { pause } from './machine.ts';
import { startTask } from './operations.ts';
import type { Answer } from './reply.ts';
import { accepted, checkMatch, done, IncusError, longList, ok, tagged } from './reply.ts';

const STATE_MS = 240;

export function listInstances(call: Call): Answer {
  const { data } = call;
  const project = allProjects(call) ? undefined : projectOf(call);
  const rows = data.instances.filter((row) => project === undefined || row.project === project).sort(byName);
  if (call.recursion === 0) return ok(rows.map(instanceUrl));
  return longList(rows, (row) => (call.recursion > 1 ? fullInstance(data, row) : shownInstance(data, row)));
}

export function showInstance(call: Call): Answer {
  const row = findInstance(call);
  const shown = call.recursion > 0 ? fullInstance(call.data, row) : shownInstance(call.data, row);
  return tagged(shown, writable(call, row));
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
  const call = await onHome(asked, row);
  checkMatch(call.request.headers['if-match'], writable(call, row));
  const body = bodyOf(call, 'InstancePut');
  if (body.text('restore') !== '') return restoreSnapshot(call, row, body.text('restore'));
  const wish = { description: 'Updating instance', resources: { instances: [instanceUrl(row)] }, project: row.project };
  const operation = startTask(call.machine, wish, async () => {
    changeInstance(row, {
      description: body.text('description'),
      config: body.config('config'),
      devices: devicesOf(body.raw('devices')),
      profiles: body.list('profiles'),
    });
    tellInstance(call, row, 'instance-updated');
    return Promise.resolve();
  });
  return accepted(operation);
}

export async function mergeInstance(asked: Call): Promise<Answer> {
  const row = findInstance(asked);
  const call = await onHome(asked, row);
  checkMatch(call.request.headers['if-match'], writable(call, row));
  const body = bodyOf(call, 'InstancePut');
  setConfig(call.data, row, body.config('config'));
  if (body.has('devices')) {
    const { devices } = instanceFields(call.data, row);
    changeInstance(row, { devices: { ...devices, ...devicesOf(body.raw('devices')) } });
  }
  if (body.has('description')) changeInstance(row, { description: body.text('description') });
  tellInstance(call, row, 'instance-updated');
  return done();
}

const STATES: Record<string, [status: InstanceFields['status'], action: string]> = {
  start: ['Running', 'instance-started'],
  stop: ['Stopped', 'instance-stopped'],
  restart: ['Running', 'instance-restarted'],
  freeze: ['Frozen', 'instance-paused'],
  unfreeze: ['Running', 'instance-resumed'],
};

export async function changeInstanceState(asked: Call): Promise<Answer> {
  const row = findInstance(asked);
  const call = await onHome(asked, row);
  const action = bodyOf(call, 'InstanceStatePut').text('action');
  const next = STATES[action];
  if (next === undefined) throw new IncusError(400, `Unknown action: '${action}'`);
  const [status, event] = next;
  const wish = {
    description: `${status === 'Stopped' ? 'Stopping' : 'Starting'} instance`,
    resources: { instances: [instanceUrl(row)] },
    project: row.project,
  };
  const operation = startTask(call.machine, wish, async () => {
    if (instanceFields(call.data, row).status === status && action !== 'restart')
      throw new Error(`The instance is already ${status.toLowerCase()}`);
    if (!(await pause(call.machine, STATE_MS))) return;
    changeInstance(row, { status });
    tellInstance(call, row, event);
  });
  return accepted(operation);
}

export const showInstanceState = (call: Call): Answer => ok(showState(call.data, findInstance(call)));

export async function deleteInstance(asked: Call): Promise<Answer> {
  const row = findInstance(asked);
  const call = await onHome(asked, row);
  if (instanceFields(call.data, row).status === 'Running') throw new IncusError(400, 'Instance is running');
  const wish = { description: 'Deleting instance', resources: { instances: [instanceUrl(row)] }, project: row.project };
  const operation = startTask(call.machine, wish, async () => {
    const place = call.data.instances.indexOf(row);
    if (place < 0) throw new Error('Instance not found'); // deleted by another request meanwhile
    call.data.instances.splice(place, 1);
    tellInstance(call, row, 'instance-deleted');
    return Promise.resolve();
  });
  return accepted(operation);
}

function writable(call: Call, row: InstanceRow): unknown {
  const { config, devices, profiles, description } = instanceFields(call.data, row);
  return [config, devices, profiles, description];
}
