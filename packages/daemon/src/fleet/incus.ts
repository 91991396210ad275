import {
  bootstrapCall,
  type ChangeCall,
  ClusterMember,
  encodeJoinToken,
  IncusCluster,
  IncusOperation,
  IncusServer,
  JoinTokenMetadata,
  joinCall,
  joinTokenCall,
  listOf,
  MetadataConfiguration,
  nameFromUrl,
  OperationLists,
  putServerConfigCall,
  TrustedCertificate,
} from '@operations-center/fleet-protocol';
import * as z from 'zod';
import type { Endpoint, FleetConnections } from './connection.ts';
import { type AskOptions, askAsync, askSync, orAbsent } from './replies.ts';
import { type WaitOptions, type WaitResult, waitForOperation } from './wait-operation.ts';

/** Incus on a server or cluster. Every question throws a FleetFailure; none decides anything. */
export type Incus = ReturnType<typeof makeIncus>;

/** `target`: answered by, or done on, this member. */
export type TargetOptions = AskOptions & { target?: string };

const Anything = z.unknown();

export function makeIncus(connections: FleetConnections) {
  return {
    /** `GET /1.0`; the etag goes back with putServerConfig. */
    getServer: (endpoint: Endpoint, options: TargetOptions) =>
      askSync(
        connections,
        endpoint,
        { method: 'GET', path: '/1.0', query: { target: options.target } },
        IncusServer,
        options,
      ),

    /** `PUT /1.0`: replaces the whole config, so send all of what was read. 412 (transient): it changed meanwhile. */
    async putServerConfig(
      endpoint: Endpoint,
      config: Record<string, string>,
      options: TargetOptions & { etag?: string | undefined },
    ): Promise<void> {
      const ask = { ...putServerConfigCall(config, options), ifMatch: options.etag };
      await askSync(connections, endpoint, ask, Anything, options);
    },

    getCluster: (endpoint: Endpoint, options: TargetOptions) =>
      askSync(
        connections,
        endpoint,
        { method: 'GET', path: '/1.0/cluster', query: { target: options.target } },
        IncusCluster,
        options,
      ),

    /** Answers the operation's id. Never send it to a server that may have got one: look at getCluster first. */
    bootstrap: (endpoint: Endpoint, serverName: string, options: AskOptions): Promise<string> =>
      begin(connections, endpoint, bootstrapCall(serverName), options),

    /** To be sent to the joining server. Answers the operation's id. */
    join: (endpoint: Endpoint, join: Parameters<typeof joinCall>[0], options: AskOptions): Promise<string> =>
      begin(connections, endpoint, joinCall(join), options),

    /** Asked of a member. Valid once, for this name; an unused one for the same name is cancelled by it. */
    async createJoinToken(
      endpoint: Endpoint,
      serverName: string,
      options: AskOptions,
    ): Promise<{ token: string; metadata: JoinTokenMetadata; operation: string }> {
      const TokenOperation = IncusOperation.extend({ metadata: JoinTokenMetadata });
      const { value } = await askAsync(connections, endpoint, joinTokenCall(serverName), TokenOperation, options);
      return { token: encodeJoinToken(value.metadata), metadata: value.metadata, operation: value.id };
    },

    listMembers: (endpoint: Endpoint, options: AskOptions) =>
      askSync(
        connections,
        endpoint,
        { method: 'GET', path: '/1.0/cluster/members', query: { recursion: '1' } },
        listOf(ClusterMember),
        options,
      ),
    /** Undefined: no member of this name. */
    getMember: (endpoint: Endpoint, name: string, options: AskOptions) =>
      orAbsent(
        askSync(
          connections,
          endpoint,
          { method: 'GET', path: `/1.0/cluster/members/${encodeURIComponent(name)}` },
          ClusterMember,
          options,
        ),
      ),

    /** Whom it trusts. */
    listCertificates: (endpoint: Endpoint, options: AskOptions) =>
      askSync(
        connections,
        endpoint,
        { method: 'GET', path: '/1.0/certificates', query: { recursion: '1' } },
        listOf(TrustedCertificate),
        options,
      ),

    /** Every config key this Incus knows; about 1 MB, the same for all servers of one version. */
    getMetadataConfiguration: (endpoint: Endpoint, options: AskOptions) =>
      askSync(
        connections,
        endpoint,
        { method: 'GET', path: '/1.0/metadata/configuration' },
        MetadataConfiguration,
        options,
      ),

    /** Undefined: over for more than five seconds, or never there. */
    getOperation: (endpoint: Endpoint, id: string, options: AskOptions) =>
      orAbsent(
        askSync(
          connections,
          endpoint,
          { method: 'GET', path: `/1.0/operations/${encodeURIComponent(id)}` },
          IncusOperation,
          options,
        ),
      ),
    /** What runs on the server at this moment, tokens included, in all projects. */
    async listRunningOperations(endpoint: Endpoint, options: AskOptions): Promise<IncusOperation[]> {
      const ask = {
        method: 'GET',
        path: '/1.0/operations',
        query: { recursion: '1', 'all-projects': 'true' },
      } as const;
      const { value } = await askSync(connections, endpoint, ask, OperationLists, options);
      return Object.values(value)
        .flatMap((list) => list ?? [])
        .filter((operation) => operation.status_code < 200);
    },
    /** Waits until an operation is over; see WaitResult. */
    waitOperation: (endpoint: Endpoint, id: string, options: WaitOptions): Promise<WaitResult> =>
      waitForOperation(connections, endpoint, id, options),
  };
}

/** Sends a call that is answered with an operation: its id. */
async function begin(
  connections: FleetConnections,
  endpoint: Endpoint,
  call: ChangeCall,
  options: AskOptions,
): Promise<string> {
  const { operation } = await askAsync(connections, endpoint, call, Anything, options);
  return nameFromUrl(operation);
}
