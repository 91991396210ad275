import { Fault, type Finding } from '@operations-center/contract';
import { readOwnHost } from '../../../platform/own-host.ts';
import type { MainDatabase } from '../../../schema.ts';
import { listChannelNames } from '../../channels/channels.service.ts';
import type { RegisteredServer, ServerMembership } from '../../servers/membership.ts';
import type { Server } from '../../servers/server.ts';
import { findCluster } from '../clusters.store.ts';
import type { CreateRequest } from '../creation/create-request.rules.ts';
import { snapshotOf, takeLook } from '../look/create-cluster.snapshot.ts';
import type { Snapshot } from '../look/creation-facts.ts';
import { type LookParts, lookMs } from '../look/server-look.snapshot.ts';
import { listLvmIds } from '../lvm/lvm-ids.store.ts';
import type { Facts } from './facts.ts';
import { runChecks } from './run-checks.rules.ts';

export type PreflightParts = LookParts & {
  database: MainDatabase;
  servers: Pick<ServerMembership, 'listRegistered'>;
  /** Our client certificate: what every server shall trust. */
  identity: { client: { certificate: string; fingerprint: string } };
};

export type PreflightAsk = {
  request: CreateRequest;
  /** Those of the request that are known, as they were named. */
  servers: readonly Server[];
  /** Names of checks whose blocking verdicts shall stop nothing. */
  ignore?: readonly string[];
  /** How long the servers may take in all, if not as long as for a creation. */
  totalMs?: number;
};

/** All findings, never thrown; beside them what a plan is made from, or the fault for which OC refuses the creation. */
export type PreflightReport = { findings: readonly Finding[] } & (
  | { snapshot: Snapshot; fault?: undefined }
  | { snapshot?: undefined; fault: Fault }
);

/** Looks at everything that a creation depends on, at rows and at live servers, and changes nothing. */
export async function runPreflight(parts: PreflightParts, ask: PreflightAsk): Promise<PreflightReport> {
  const { request, ignore = [], totalMs = lookMs } = ask;
  // Read here, so that whoever asks is judged by the same facts.
  const registered = await parts.servers.listRegistered();
  const [look, rows] = await Promise.all([
    takeLook(parts, { ...ask, registered, totalMs }),
    readRows(parts, request, registered),
  ]);
  const { servers, keys, lvm } = look;
  const own = { host: readOwnHost(), ...parts.identity.client };
  const findings = runChecks({ request, now: parts.nowMs(), servers, rows, lvm, keys, own }, ignore);
  try {
    return { snapshot: snapshotOf(look, request), findings };
  } catch (error) {
    if (error instanceof Fault) return { fault: error, findings };
    throw error;
  }
}

async function readRows(
  { database }: PreflightParts,
  request: CreateRequest,
  registered: readonly RegisteredServer[],
): Promise<Facts['rows']> {
  const [same_name, channels, lvm_ids] = await Promise.all([
    findCluster(database.read, request.name),
    listChannelNames(database.read),
    listLvmIds(database.read),
  ]);
  return { same_name, channels, lvm_ids, registered };
}
