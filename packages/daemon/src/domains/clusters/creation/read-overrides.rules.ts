import { Fault } from '@operations-center/contract';
import {
  addDefaults,
  checkOverrides,
  formatProblem,
  NO_FILE,
  normaliseOverrides,
  type OverridesOptions,
  type Preseed,
  type Problem,
  type ServerOverrides,
} from '@operations-center/documents';
import type { LocalScope } from '@operations-center/fleet-protocol';

/** What differs from server to server, as it was asked for, right in itself. */
export function readOverrides(
  value: unknown,
  options: OverridesOptions,
  preseed: Preseed | undefined,
): ServerOverrides {
  const read = normaliseOverrides(value, NO_FILE, { ...options, anyService: true });
  if (!read.ok) throw overridesInvalid(read.problems);
  if (preseed !== undefined) requireTargets(read.value, preseed, undefined);
  return read.value;
}

/** With what this very Incus says is of one member. */
export function requireTargets(overrides: ServerOverrides, preseed: Preseed, scope: LocalScope | undefined): void {
  const complete = addDefaults(preseed, { tunnel_id: 0, ipv6_address: '', interfaces: {} }).preseed;
  const checked = checkOverrides(overrides, complete, scope);
  if (!checked.ok) throw overridesInvalid(checked.problems);
}

function overridesInvalid(problems: readonly Problem[]): Fault {
  const told = problems[0] === undefined ? 'not of the expected shape' : formatProblem(problems[0]);
  return new Fault('server_overrides_invalid', `server_overrides: ${told}`, { details: { problems } });
}
