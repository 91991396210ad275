import type { Endpoint } from '../../../fleet/connection.ts';
import { type CreateClusterPlan, firstOf, type PlannedServer } from '../plan/plan.ts';

/** What bootstrap leaves for the steps after it; once it is taken back, also who voted in the cluster's database. */
export type ClusterIdentity = { certificate: string; fingerprint: string; voters?: string[] };

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
