import type { Call } from './call.ts';
import type { Machine } from './machine.ts';
import { IncusError } from './reply.ts';

/** `preseed-item-fails[:name]`: making this item answers 500. */
export function failItem(call: Call, name: string): void {
  const fault = faultOf(call.machine, 'preseed-item-fails', name);
  if (fault !== undefined) throw new IncusError(500, `Failed to create "${name}": input/output error`);
}

/** `item-delete-fails[:name]`: deleting what has this name answers 500. */
export function failDeletion({ machine, request }: Call): void {
  if (request.method !== 'DELETE') return;
  const name = decodeURIComponent(request.path.split('/').at(-1) ?? '');
  const fault = faultOf(machine, 'item-delete-fails', name);
  if (fault !== undefined) throw new IncusError(500, `Failed to delete "${name}": input/output error`);
}

/** A fault that is set for this machine now, by the name its administrator knows. */
export const faultOf = (machine: Machine, fault: string, argument?: string): { arg?: string } | undefined =>
  machine.world.faults.active(fault, machine.options.name, argument);
