import {
  type ChangeCall,
  ClusterGroup,
  createObjectCall,
  deleteObjectCall,
  listOf,
  Network,
  objectListPath,
  objectPath,
  Profile,
  Project,
  putObjectCall,
  StoragePool,
  StorageVolume,
  TrustedCertificate,
} from '@operations-center/fleet-protocol';
import * as z from 'zod';
import type { Endpoint, FleetConnections } from './connection.ts';
import { type Answer, type AskOptions, askSync, orAbsent } from './replies.ts';

/** The kinds of Incus objects that a cluster's application configuration consists of. */
export type IncusObjectKind = keyof IncusObjects;
export type IncusObjects = {
  'storage-pool': StoragePool;
  network: Network;
  'storage-volume': StorageVolume;
  profile: Profile;
  project: Project;
  certificate: TrustedCertificate;
  'cluster-group': ClusterGroup;
};

/** Which object: a certificate's name is its fingerprint; a custom volume needs its pool. */
export type IncusObjectIdentity<Kind extends IncusObjectKind = IncusObjectKind> = {
  kind: Kind;
  name: string;
  project?: string;
  pool?: string;
};

/** `target`: the member's own view or share of the object. */
export type ObjectOptions = AskOptions & { target?: string };

export type IncusObjectStore = ReturnType<typeof makeIncusObjects>;

const SCHEMAS: { readonly [Kind in IncusObjectKind]: z.ZodType<IncusObjects[Kind]> } = {
  'storage-pool': StoragePool,
  network: Network,
  'storage-volume': StorageVolume,
  profile: Profile,
  project: Project,
  certificate: TrustedCertificate,
  'cluster-group': ClusterGroup,
};
const Anything = z.unknown();

/** Objects of Incus by kind and name: list, get, create, replace, delete. Every call throws a FleetFailure. */
export function makeIncusObjects(connections: FleetConnections) {
  const change = async (
    endpoint: Endpoint,
    call: ChangeCall & { ifMatch?: string | undefined },
    options: ObjectOptions,
  ): Promise<void> => {
    await askSync(connections, endpoint, call, Anything, options);
  };

  return {
    /** Undefined: there is none. With `target`, the member-specific config keys are shown as well. */
    getObject: <Kind extends IncusObjectKind>(
      endpoint: Endpoint,
      identity: IncusObjectIdentity<Kind>,
      options: ObjectOptions,
    ): Promise<Answer<IncusObjects[Kind]> | undefined> => {
      const query = { project: identity.project, target: options.target };
      const ask = { method: 'GET', path: objectPath(identity), query } as const;
      return orAbsent(askSync(connections, endpoint, ask, schemaOf(identity.kind), options));
    },

    /** All of a kind: of one project, of the default one, or of all. */
    listObjects: <Kind extends IncusObjectKind>(
      endpoint: Endpoint,
      of: { kind: Kind; pool?: string; project?: string; allProjects?: boolean },
      options: ObjectOptions,
    ): Promise<Answer<IncusObjects[Kind][]>> => {
      const scope = of.allProjects === true ? { 'all-projects': 'true' } : { project: of.project };
      const ask = {
        method: 'GET',
        path: objectListPath(of),
        query: { recursion: '1', ...scope, target: options.target },
      } as const;
      return askSync(connections, endpoint, ask, listOf(schemaOf(of.kind)), options);
    },

    /** With `target` the member's share is defined (pools, networks) or made (volumes). */
    createObject: (
      endpoint: Endpoint,
      identity: Omit<IncusObjectIdentity, 'name'>,
      body: Record<string, unknown>,
      options: ObjectOptions,
    ): Promise<void> => change(endpoint, createObjectCall(identity, body, options), options),

    /** Replaces; send all of what was read. 412 (transient): it changed meanwhile. */
    putObject: (
      endpoint: Endpoint,
      identity: IncusObjectIdentity,
      body: Record<string, unknown>,
      options: ObjectOptions & { etag?: string | undefined },
    ): Promise<void> => change(endpoint, { ...putObjectCall(identity, body, options), ifMatch: options.etag }, options),

    /** False: it was not there. */
    async deleteObject(endpoint: Endpoint, identity: IncusObjectIdentity, options: ObjectOptions): Promise<boolean> {
      const gone = await orAbsent(
        change(endpoint, deleteObjectCall(identity, options), options).then(() => true as const),
      );
      return gone ?? false;
    },
  };
}

const schemaOf = <Kind extends IncusObjectKind>(kind: Kind): z.ZodType<IncusObjects[Kind]> => SCHEMAS[kind];
