import { type Step, StepFailure } from '@operations-center/workflow';
import { listContents } from '../../../fleet/incus-contents.ts';
import { type Addresses, addressesOf } from '../plan/listen-addresses.ts';
import { type CreateClusterPlan, firstOf, type PlannedServer } from '../plan/plan.ts';
import { ownEndpoint } from './endpoints.ts';
import type { CreateClusterParts } from './parts.ts';
import { quick } from './policies.ts';
import { onServer } from './step-failure.ts';

/** What each server held and where it listened before anything was changed: what undo brings back, and what it spares. */
export type PreflightOutput = { contents: Record<string, string[]>; addresses: Record<string, Addresses> };

/** Looks once more at every server, now that the servers are ours: still standalone, still trusting us, still empty. */
export const preflight = (parts: CreateClusterParts): Step<CreateClusterPlan> => ({
  name: 'preflight',
  about: 'Look at every server once more',
  after: [],
  policy: quick,
  undo: { none: 'it only looks' },
  async run({ plan, signal, warn }) {
    const looks = await onServer(() =>
      Promise.all(plan.servers.map(async (server) => [server.name, await lookAt(parts, server, signal)] as const)),
    );
    // That the servers keep their update settings is for who reads the plan; nobody can act on it.
    for (const note of plan.notes) if (note.code !== 'update_settings_kept') warn(note);
    const first = firstOf(plan);
    for (const [name, { contents: list }] of looks) {
      if (list.length === 0) continue;
      if (name !== first.name) throw notEmpty(name, list);
      warn({
        code: 'server_not_empty',
        message: `${name} is not empty (${list.slice(0, 5).join(', ')}): it cannot be put back by itself if the creation fails`,
      });
    }
    const contents = Object.fromEntries(looks.map(([name, look]) => [name, [...look.contents]]));
    const addresses = Object.fromEntries(looks.map(([name, look]) => [name, look.addresses]));
    return { output: { contents, addresses } satisfies PreflightOutput };
  },
});

async function lookAt(parts: CreateClusterParts, server: PlannedServer, signal: AbortSignal) {
  const endpoint = ownEndpoint(server);
  const { value } = await parts.fleet.incus.getServer(endpoint, { signal });
  if (value.auth !== 'trusted' || value.environment === undefined) {
    throw new StepFailure(
      'permanent',
      'server_does_not_trust_us',
      `${server.name} does not trust our client certificate`,
      {
        hint: 'Register the server again, or add our client certificate to its trust store.',
        details: { server: server.name },
      },
    );
  }
  if (value.environment.server_clustered) {
    throw new StepFailure(
      'permanent',
      'server_already_clustered',
      `${server.name} is a member of an Incus cluster already`,
      {
        hint: 'Remove it from that cluster or reset it first.',
        details: { server: server.name },
      },
    );
  }
  const contents = await listContents(parts.fleet.connections, endpoint, { signal });
  return { contents, addresses: addressesOf(value.config) };
}

const notEmpty = (server: string, list: readonly string[]): StepFailure =>
  new StepFailure('permanent', 'joiner_not_empty', `${server} is not empty: ${list.slice(0, 5).join(', ')}`, {
    hint: 'A server that joins loses what it holds. Move or delete it, or name this server first.',
    details: { server, contents: list },
  });
