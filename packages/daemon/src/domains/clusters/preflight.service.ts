import { Fault, type Finding } from '@operations-center/contract';
import type { RegisteredServer } from '../servers/membership.ts';
import type { Server } from '../servers/server.ts';
import { type SnapshotParts, takeSnapshot } from './create-cluster.snapshot.ts';
import type { CreateRequest } from './create-request.rules.ts';
import type { Snapshot } from './creation-facts.ts';

export type PreflightAsk = {
  request: CreateRequest;
  /** Those of the request that are known, as they were named. */
  servers: readonly Server[];
  registered: readonly RegisteredServer[];
  /** Names of checks whose blocking verdicts shall stop nothing. */
  ignore?: readonly string[];
  /** How long the servers may take in all. */
  totalMs?: number;
};

/** All findings, never thrown; beside them what a plan is made from, or the fault for which OC refuses the creation. */
export type PreflightReport = { findings: readonly Finding[] } & (
  | { snapshot: Snapshot; fault?: undefined }
  | { snapshot?: undefined; fault: Fault }
);

/** Looks at everything that a creation depends on, at rows and at live servers, and changes nothing. */
export async function runPreflight(parts: SnapshotParts, ask: PreflightAsk): Promise<PreflightReport> {
  try {
    return { snapshot: await takeSnapshot(parts, ask.request, ask.servers, ask.registered), findings: [] };
  } catch (error) {
    if (error instanceof Fault) return { fault: error, findings: [] };
    throw error;
  }
}
