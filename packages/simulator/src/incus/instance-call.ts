import type { Call } from './call.ts';
import { onMember, projectOf } from './call.ts';
import type { InstanceRow } from './database.ts';
import { emitLifecycle } from './events.ts';
import { IncusError } from './reply.ts';

/** The instance that a request speaks of. */
export function findInstance(call: Call): InstanceRow {
  const project = projectOf(call);
  const name = call.param('item');
  const row = call.data.instances.find((one) => one.name === name && one.project === project);
  if (row === undefined)
    throw new IncusError(404, `Failed to fetch instance "${name}" in project "${project}": Instance not found`);
  return row;
}

/** The member it lives on does the work: its operations carry that location. */
export async function onHome(call: Call, row: InstanceRow): Promise<Call> {
  const home = call.data.members.find((member) => member.id === row.member);
  return home === undefined ? call : await onMember(call, home);
}

/** Only events of instances themselves carry their name inside. */
export function tellInstance(call: Call, row: InstanceRow, action: string, context?: Record<string, unknown>): void {
  emitLifecycle(call, action, `/1.0/instances/${row.name}`, {
    project: row.project,
    name: row.name,
    ...(context === undefined ? {} : { context }),
  });
}
