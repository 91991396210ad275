import type { Call, Fields } from './call.ts';
import { bodyOf, checkName, fieldsOf, onTarget, projectOf } from './call.ts';
import type { InstanceFields, InstanceRow, InstanceType, ItemRow } from './database.ts';
import { emitLifecycle } from './events.ts';
import { changeInstance, expanded, instanceFields, instanceUrl } from './instance-fields.ts';
import { devicesOf } from './instances.ts';
import { itemsOf } from './items.ts';
import { pause, randomUuid, stamp } from './machine.ts';
import { startTask } from './operations.ts';
import type { Answer } from './reply.ts';
import { accepted, IncusError } from './reply.ts';

const CREATE_MS = 240;

export async function createInstance(call: Call): Promise<Answer> {
  const here = await onTarget(call);
  const project = projectOf(call);
  const body = bodyOf(call, 'InstancesPost');
  const name = body.text('name');
  checkName(name, 'Invalid instance name');
  if (!/^[a-z0-9-]+$/i.test(name)) {
    throw new IncusError(400, 'Invalid instance name: Name can only contain alphanumeric and hyphen characters');
  }
  const type = body.text('type') || 'container';
  if (type !== 'container' && type !== 'virtual-machine') throw new IncusError(400, `Invalid instance type "${type}"`);
  const rows = call.data.instances;
  const twin = (): boolean => rows.some((one) => one.name === name && one.project === project);
  if (twin()) throw new IncusError(500, `Instance "${name}" already exists`);
  const source = fieldsOf(body.raw('source') ?? {}, 'InstanceSource');
  const row: InstanceRow = { project, name, member: here.machine.row.id, fields: newFields(call, body, type) };
  const wish = { description: 'Creating instance', resources: { instances: [instanceUrl(row)] }, project };
  const operation = startTask(here.machine, wish, async () => {
    if (source.text('type') === 'image' && findSource(here, source) === undefined)
      throw new Error('Image not provided for instance creation');
    const pool = rootPool(here, row);
    if (!(await pause(here.machine, CREATE_MS))) return;
    if (twin()) throw new Error(`Instance "${name}" already exists`); // made by another request meanwhile
    changeInstance(row, { pool });
    here.data.instances.push(row);
    const place = here.data.cluster === null ? {} : { location: here.machine.row.name };
    const context = { ...place, 'storage-pool': pool, type };
    emitLifecycle(here, 'instance-created', `/1.0/instances/${name}`, { project, name, context });
  });
  return accepted(operation);
}

function newFields(call: Call, body: Fields, type: InstanceType): Partial<InstanceFields> {
  return {
    config: { 'volatile.uuid': randomUuid(call.machine.world), ...body.config('config') },
    devices: devicesOf(body.raw('devices')),
    profiles: body.has('profiles') ? body.list('profiles') : ['default'],
    description: body.text('description'),
    created_at: stamp(call.machine.world.clock.nowMs()),
    status: body.flag('start') ? 'Running' : 'Stopped',
    type,
  };
}

function findSource(call: Call, source: Fields): ItemRow | undefined {
  const alias = itemsOf(call, 'image-alias').find((row) => row.name === source.text('alias'));
  const fingerprint =
    source.text('fingerprint') || (typeof alias?.fields.target === 'string' ? alias.fields.target : '');
  return fingerprint === '' ? undefined : itemsOf(call, 'image').find((row) => row.name.startsWith(fingerprint));
}

/** The pool of the instance's root disk. Without one the instance cannot be. */
function rootPool(call: Call, row: InstanceRow): string {
  const devices = Object.values(expanded(call.data, row, instanceFields(call.data, row)).devices);
  const root = devices.find((device) => device.type === 'disk' && device.path === '/' && (device.pool ?? '') !== '');
  if (root?.pool !== undefined && call.data.pools.some((pool) => pool.name === root.pool)) return root.pool;
  const why = 'Failed getting root disk: No root device could be found';
  throw new Error(`Failed creating instance record: Failed initializing instance: ${why}`);
}
