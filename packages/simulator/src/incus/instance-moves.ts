import type { Call } from './call.ts';
import { bodyOf, checkName, targetRow } from './call.ts';
import type { InstanceRow, MemberRow } from './database.ts';
import { findInstance, onHome, tellInstance } from './instance-call.ts';
import { changeInstance, instanceFields, instanceUrl } from './instance-fields.ts';
import { pause } from './machine.ts';
import { startTask } from './operations.ts';
import type { Answer } from './reply.ts';
import { accepted, IncusError } from './reply.ts';

const MOVE_MS = 400;

/** `POST` of an instance: another name, or with `?target=` another member. */
export async function moveInstance(asked: Call): Promise<Answer> {
  const row = findInstance(asked);
  const call = await onHome(asked, row);
  const body = bodyOf(call, 'InstancePost');
  const target = targetRow(call);
  return target === undefined ? rename(call, row, body.text('name')) : migrate(call, row, target);
}

function rename(call: Call, row: InstanceRow, name: string): Answer {
  checkName(name, 'Invalid instance name');
  const { data } = call;
  if (instanceFields(data, row).status !== 'Stopped')
    throw new IncusError(400, 'Renaming of running instance not allowed');
  const taken = (): boolean => data.instances.some((one) => one.name === name && one.project === row.project);
  if (taken()) throw new IncusError(409, `Name "${name}" already in use`);
  const wish = { description: 'Renaming instance', resources: { instances: [instanceUrl(row)] }, project: row.project };
  const operation = startTask(call.machine, wish, () => {
    if (taken()) throw new Error(`Name "${name}" already in use`); // taken by another request meanwhile
    const old_name = row.name;
    row.name = name;
    tellInstance(call, row, 'instance-renamed', { old_name });
    return Promise.resolve();
  });
  return accepted(operation);
}

/** Seen: the member that it leaves tells of it. */
function migrate(call: Call, row: InstanceRow, target: MemberRow): Answer {
  if (target.id === row.member) throw new IncusError(400, "Target must be different than instance's current location");
  if (instanceFields(call.data, row).status === 'Running')
    throw new IncusError(400, 'Instance must be stopped to be moved statelessly');
  const wish = {
    description: 'Migrating instance',
    resources: { instances: [instanceUrl(row)] },
    project: row.project,
  };
  const operation = startTask(call.machine, wish, async () => {
    if (!(await pause(call.machine, MOVE_MS))) return;
    row.member = target.id;
    changeInstance(row, { evacuated: false });
    tellInstance(call, row, 'instance-migrated');
  });
  return accepted(operation);
}
