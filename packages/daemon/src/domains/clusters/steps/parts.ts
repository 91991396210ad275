import { StepFailure } from '@operations-center/workflow';
import type { Endpoint, FleetConnections } from '../../../fleet/connection.ts';
import { FleetFailure } from '../../../fleet/fleet-failure.ts';
import type { Incus } from '../../../fleet/incus.ts';
import type { IncusObjectStore } from '../../../fleet/incus-objects.ts';
import type { IncusOs } from '../../../fleet/incus-os.ts';
import type { Clock } from '../../../platform/clock.ts';
import type { Sealer } from '../../../platform/sealing.ts';
import type { Db, Tx } from '../../../schema.ts';
import type { ServerMembership } from '../../servers/membership.ts';
import type { CreateClusterPlan, PlannedServer } from '../create-cluster.plan.ts';

/** What the steps of a creation work with. */
export type CreateClusterParts = {
  fleet: { connections: FleetConnections; incus: Incus; incusOs: IncusOs; objects: IncusObjectStore };
  read: Db;
  clock: Clock;
  sealer: Sealer;
  /** SHA-256 of our client certificate: what the cluster must go on trusting. */
  ownFingerprint: string;
  servers: ServerMembership;
  clusters: {
    /** The cluster's certificate (PEM) is known from its bootstrap on. */
    setCertificate(tx: Tx, cluster: string, certificate: string): Promise<void>;
    setReady(tx: Tx, cluster: string): Promise<void>;
    /** The name is free again. */
    remove(tx: Tx, cluster: string): Promise<void>;
  };
  inventory: {
    scanCluster(ask: {
      cluster: string;
      endpoints: readonly Endpoint[];
      serverNames: readonly string[];
      signal: AbortSignal;
    }): Promise<{ problems: readonly string[] }>;
    removeCluster(cluster: string): Promise<void>;
  };
};

/** What bootstrap leaves for the steps after it. */
export type ClusterIdentity = { certificate: string; fingerprint: string };

/** A server as it is reached before anything of the cluster is known. */
export const ownEndpoint = (server: PlannedServer, url: string = server.url): Endpoint => ({
  name: server.name,
  url,
  pins: [server.fingerprint],
});

/** The same while it may show either certificate. */
export const eitherEndpoint = (server: PlannedServer, identity: ClusterIdentity | undefined): Endpoint => ({
  name: server.name,
  url: server.connection_url,
  pins: identity === undefined ? [server.fingerprint] : [server.fingerprint, identity.fingerprint],
});

/** The cluster itself, asked through the server that bootstrapped it. */
export const clusterEndpoint = (plan: CreateClusterPlan, identity: ClusterIdentity): Endpoint => {
  const first = firstOf(plan);
  return { name: first.name, url: first.connection_url, pins: [identity.fingerprint] };
};

export function firstOf(plan: CreateClusterPlan): PlannedServer {
  const [first] = plan.servers;
  if (first === undefined) throw new TypeError('a plan without servers');
  return first;
}

/** A failed call as the failure of a step: who, what was asked, why, and what to do. */
export function asStepFailure(error: unknown): unknown {
  if (!(error instanceof FleetFailure)) return error;
  return new StepFailure(error.kind, error.code, `${error.server}: ${error.reason}`, {
    hint: hints[error.code],
    details: { server: error.server, call: error.call, status: error.status ?? null },
    cause: error,
  });
}

const hints: Record<FleetFailure['code'], string> = {
  server_unreachable: 'Check that the server is on and that port 8443 can be reached from here.',
  server_timeout: 'The server did not answer in time: look at its load and at its console.',
  certificate_changed: 'The server shows a certificate we do not know. Find out why before trusting it.',
  not_an_incus_server: 'Something else answers at this address.',
  reply_too_large: 'The server answers more than can be right; look at it by hand.',
  bad_reply: 'The answer is not what Incus or IncusOS sends; look for something between us and the server.',
  refused: 'The server says why in its own words.',
};

/**
 * The same for taking back: a server or member that is down makes Incus answer 5xx, and what must be taken back is
 * waited for, visibly, until the policy ends.
 */
export async function untilServerCan<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    const failure = asStepFailure(error);
    const isDown = error instanceof FleetFailure && error.code === 'refused' && (error.status ?? 0) >= 500;
    if (!isDown || !(failure instanceof StepFailure)) throw failure;
    throw new StepFailure('transient', failure.code, failure.message, {
      hint: hints.refused,
      details: failure.details,
      cause: error,
    });
  }
}

/** Runs calls to servers so that their failures are failures of the step. */
export async function onServer<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw asStepFailure(error);
  }
}
