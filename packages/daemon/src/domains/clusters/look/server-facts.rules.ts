import { isIncusApplication } from '@operations-center/fleet-protocol';
import * as z from 'zod';
import type { Server } from '../../servers/server.ts';
import type { CandidateServer } from '../cluster.rules.ts';

const application = z.looseObject({
  name: z.string().default(''),
  version: z.string().default(''),
  needs_update: z.boolean().nullish(),
  in_maintenance: z.number().nullish(),
});
const versionData = z.looseObject({
  os: z.looseObject({ needs_reboot: z.boolean().nullish(), needs_update: z.boolean().nullish() }).nullish(),
  applications: z.array(application).nullish(),
  needs_update: z.boolean().nullish(),
  needs_reboot: z.boolean().nullish(),
  in_maintenance: z.number().nullish(),
});

/** What the rules ask of a server, from what was last seen of it. */
export function toCandidate(server: Server): CandidateServer {
  const parsed = versionData.safeParse(parseJson(server.version_data));
  const data = parsed.success ? parsed.data : {};
  const applications = data.applications ?? [];
  const incus = applications.find(({ name }) => isIncusApplication(name));
  const { name, cluster, forming_cluster, status, channel, server_type } = server;
  return {
    name,
    cluster,
    forming_cluster,
    status,
    channel,
    server_type,
    needs_update:
      data.needs_update ?? (data.os?.needs_update === true || applications.some((one) => one.needs_update === true)),
    needs_reboot: data.needs_reboot ?? data.os?.needs_reboot ?? false,
    in_maintenance: data.in_maintenance ?? incus?.in_maintenance ?? 0,
    incus: incus === undefined ? undefined : { name: incus.name, version: incus.version },
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The machine itself, whatever its row is called: ids given to it outlive the row. */
export const machineOf = (server: Pick<Server, 'system_uuid' | 'machine_id' | 'fingerprint'>): string =>
  server.system_uuid ?? server.machine_id ?? server.fingerprint;
