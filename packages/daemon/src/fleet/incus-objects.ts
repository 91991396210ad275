import {
  ClusterGroup,
  listOf,
  Network,
  Profile,
  Project,
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

type KindFacts<Kind extends IncusObjectKind> = { path: string; schema: z.ZodType<IncusObjects[Kind]> };

const KINDS: { readonly [Kind in IncusObjectKind]: KindFacts<Kind> } = {
  'storage-pool': { path: '/1.0/storage-pools', schema: StoragePool },
  network: { path: '/1.0/networks', schema: Network },
  'storage-volume': { path: '/1.0/storage-pools/{pool}/volumes/custom', schema: StorageVolume },
  profile: { path: '/1.0/profiles', schema: Profile },
  project: { path: '/1.0/projects', schema: Project },
  certificate: { path: '/1.0/certificates', schema: TrustedCertificate },
  'cluster-group': { path: '/1.0/cluster/groups', schema: ClusterGroup },
};
const Anything = z.unknown();

/** Objects of Incus by kind and name: list, get, create, replace, delete. Every call throws a FleetFailure. */
export function makeIncusObjects(connections: FleetConnections) {
  const change = async (
    endpoint: Endpoint,
    ask: { method: 'POST' | 'PUT' | 'DELETE'; path: string; body?: unknown; ifMatch?: string | undefined },
    identity: Omit<IncusObjectIdentity, 'name'>,
    options: ObjectOptions,
  ): Promise<void> => {
    const query = { project: identity.project, target: options.target };
    await askSync(connections, endpoint, { ...ask, query }, Anything, options);
  };

  return {
    /** Undefined: there is none. With `target`, the member-specific config keys are shown as well. */
    getObject: <Kind extends IncusObjectKind>(
      endpoint: Endpoint,
      identity: IncusObjectIdentity<Kind>,
      options: ObjectOptions,
    ): Promise<Answer<IncusObjects[Kind]> | undefined> => {
      const query = { project: identity.project, target: options.target };
      const ask = { method: 'GET', path: pathOf(identity), query } as const;
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
        path: listPathOf(of),
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
    ): Promise<void> => change(endpoint, { method: 'POST', path: listPathOf(identity), body }, identity, options),

    /** Replaces; send all of what was read. 412 (transient): it changed meanwhile. */
    putObject: (
      endpoint: Endpoint,
      identity: IncusObjectIdentity,
      body: Record<string, unknown>,
      options: ObjectOptions & { etag?: string | undefined },
    ): Promise<void> =>
      change(endpoint, { method: 'PUT', path: pathOf(identity), body, ifMatch: options.etag }, identity, options),

    /** False: it was not there. */
    async deleteObject(endpoint: Endpoint, identity: IncusObjectIdentity, options: ObjectOptions): Promise<boolean> {
      const gone = await orAbsent(
        change(endpoint, { method: 'DELETE', path: pathOf(identity) }, identity, options).then(() => true as const),
      );
      return gone ?? false;
    },
  };
}

const schemaOf = <Kind extends IncusObjectKind>(kind: Kind): z.ZodType<IncusObjects[Kind]> => KINDS[kind].schema;

/** Throws a TypeError for a volume without its pool. */
function listPathOf(of: { kind: IncusObjectKind; pool?: string }): string {
  const { path } = KINDS[of.kind];
  if (!path.includes('{pool}')) return path;
  if (of.pool === undefined || of.pool === '') throw new TypeError('a storage volume needs its pool');
  return path.replace('{pool}', encodeURIComponent(of.pool));
}

const pathOf = (identity: IncusObjectIdentity): string =>
  `${listPathOf(identity)}/${encodeURIComponent(identity.name)}`;
