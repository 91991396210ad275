import type { Finding } from '@operations-center/contract';
import type { RegisteredServer } from '../servers/membership.ts';
import type { Server } from '../servers/server.ts';
import { type SnapshotParts, takeSnapshot } from './create-cluster.snapshot.ts';
import type { CreateRequest } from './create-request.rules.ts';
import type { Snapshot } from './creation-facts.ts';

export type PreflightAsk = {
  request: CreateRequest;
  /** Those of the request, as they were named. */
  servers: readonly Server[];
  registered: readonly RegisteredServer[];
};

export type PreflightReport = { snapshot: Snapshot; findings: readonly Finding[] };

/** Looks at everything that a creation depends on, at rows and at live servers, and changes nothing. */
export const runPreflight = async (parts: SnapshotParts, ask: PreflightAsk): Promise<PreflightReport> => ({
  snapshot: await takeSnapshot(parts, ask.request, ask.servers, ask.registered),
  findings: [],
});
