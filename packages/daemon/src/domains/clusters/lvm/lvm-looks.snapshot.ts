import { LvmConfig } from '@operations-center/fleet-protocol';
import type { IncusOs } from '../../../fleet/incus-os.ts';
import type { RegisteredServer } from '../../servers/membership.ts';
import { endpointOf } from '../../servers/server.ts';
import { machineOf } from '../look/server-facts.rules.ts';
import type { LookParts } from '../look/server-look.snapshot.ts';
import type { LvmSeen } from './lvm-id.ts';

/** Machines that only lend their lvm id to the plan are not waited for as long. */
const lvmMs = 1_000;
const lvmAtOnce = 64;

type Shared = { begunMs: number; at: number; seen: Promise<LvmSeen | undefined> };

/**
 * Creations that wait for their turn together share what is seen meanwhile: a hundred of them would ask five hundred
 * servers each. Nobody is given a look that began before they asked.
 */
const looks = new WeakMap<IncusOs, Map<string, Shared>>();

/** `askedMs`: when this look was asked for, before its turn; monotonic. */
type Since = { signal: AbortSignal; askedMs: number };

export type LvmLooks = {
  seen: LvmSeen[];
  /** Epoch milliseconds of the oldest of these looks: what was allotted since, they do not know. */
  looked_at: number;
};

/** Machines that do not answer are known by what was last seen of them. */
export async function lookAtLvm(
  parts: LookParts,
  servers: readonly RegisteredServer[],
  { signal, askedMs }: Since,
): Promise<LvmLooks> {
  const waiting = servers.filter((server) => server.status === 'ready');
  const found: LvmLooks = { seen: [], looked_at: parts.nowMs() };
  const work = async (): Promise<void> => {
    for (let server = waiting.pop(); server !== undefined && !signal.aborted; server = waiting.pop()) {
      const { at, seen } = lookAtOne(parts, server, { signal, askedMs });
      found.looked_at = Math.min(found.looked_at, at);
      const look = await seen;
      if (look !== undefined) found.seen.push(look);
    }
  };
  await Promise.all(Array.from({ length: lvmAtOnce }, work));
  return found;
}

function lookAtOne(parts: LookParts, server: RegisteredServer, { signal, askedMs }: Since): Shared {
  const { incusOs } = parts.fleet;
  const known = looks.get(incusOs) ?? new Map<string, Shared>();
  looks.set(incusOs, known);
  const endpoint = endpointOf(server);
  const key = `${server.name} ${endpoint.url} ${endpoint.pins.join(' ')}`;
  const there = known.get(key);
  if (there !== undefined && there.begunMs >= askedMs) return there;
  const asked = incusOs.getService(endpoint, 'lvm', { signal, deadlineMs: lvmMs }).then(
    (answer) => (answer === undefined ? undefined : toLvmSeen(server, answer.value.config)),
    () => undefined,
  );
  const made = { begunMs: performance.now(), at: parts.nowMs(), seen: asked };
  known.set(key, made);
  return made;
}

export function toLvmSeen(server: RegisteredServer, config: Record<string, unknown>): LvmSeen {
  const parsed = LvmConfig.safeParse(config);
  const { enabled, system_id } = parsed.success ? parsed.data : { enabled: false, system_id: 0 };
  return { machine: machineOf(server), server: server.name, enabled, id: system_id };
}
