import { type PutCluster, putClusterToBootstrap, putClusterToJoin } from './incus-server.ts';

/**
 * A call that changes something, as a value. What is sent and what a plan shows are made here, by the same functions, so
 * that they cannot drift apart. An undefined value of the query is left out.
 */
export type ChangeCall = {
  method: 'PUT' | 'POST' | 'DELETE';
  /** From the root, segments percent-encoded. */
  path: string;
  query?: Readonly<Record<string, string | undefined>>;
  body?: unknown;
};

/** Path and query as they go out. */
export function pathWithQuery({ path, query: pairs = {} }: Pick<ChangeCall, 'path' | 'query'>): string {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(pairs)) if (value !== undefined) query.set(key, value);
  return query.size === 0 ? path : `${path}?${query.toString()}`;
}

/** Where the objects of a kind are. A certificate's name is its fingerprint; a custom volume needs its pool. */
export const objectPaths = {
  'storage-pool': '/1.0/storage-pools',
  network: '/1.0/networks',
  'storage-volume': '/1.0/storage-pools/{pool}/volumes/custom',
  profile: '/1.0/profiles',
  project: '/1.0/projects',
  certificate: '/1.0/certificates',
  'cluster-group': '/1.0/cluster/groups',
} as const;

export type ObjectKind = keyof typeof objectPaths;
export type ObjectIdentity = { kind: ObjectKind; name: string; project?: string; pool?: string };

/** Throws a TypeError for a volume without its pool. */
export function objectListPath(of: { kind: ObjectKind; pool?: string }): string {
  const path = objectPaths[of.kind];
  if (!path.includes('{pool}')) return path;
  if (of.pool === undefined || of.pool === '') throw new TypeError('a storage volume needs its pool');
  return path.replace('{pool}', encodeURIComponent(of.pool));
}

export const objectPath = (identity: ObjectIdentity): string =>
  `${objectListPath(identity)}/${encodeURIComponent(identity.name)}`;

type Target = { target?: string | undefined };
const queryOf = ({ project }: { project?: string }, { target }: Target) => ({ project, target });

/** With `target` a member's share is defined (pools, networks) or made (volumes). */
export const createObjectCall = (
  identity: Omit<ObjectIdentity, 'name'>,
  body: Record<string, unknown>,
  where: Target = {},
): ChangeCall => ({ method: 'POST', path: objectListPath(identity), query: queryOf(identity, where), body });

export const putObjectCall = (
  identity: ObjectIdentity,
  body: Record<string, unknown>,
  where: Target = {},
): ChangeCall => ({ method: 'PUT', path: objectPath(identity), query: queryOf(identity, where), body });

export const deleteObjectCall = (identity: ObjectIdentity, where: Target = {}): ChangeCall => ({
  method: 'DELETE',
  path: objectPath(identity),
  query: queryOf(identity, where),
});

/** Replaces the whole config of a server. */
export const putServerConfigCall = (config: Record<string, string>, { target }: Target = {}): ChangeCall => ({
  method: 'PUT',
  path: '/1.0',
  query: { target },
  body: { config },
});

const putClusterCall = (body: PutCluster): ChangeCall => ({ method: 'PUT', path: '/1.0/cluster', body });

export const bootstrapCall = (serverName: string): ChangeCall => putClusterCall(putClusterToBootstrap(serverName));
export const joinCall = (join: Parameters<typeof putClusterToJoin>[0]): ChangeCall =>
  putClusterCall(putClusterToJoin(join));

export const joinTokenCall = (serverName: string): ChangeCall => ({
  method: 'POST',
  path: '/1.0/cluster/members',
  body: { server_name: serverName },
});

export const servicePath = (name: string): string => `/os/1.0/services/${encodeURIComponent(name)}`;
export const applicationPath = (name: string): string => `/os/1.0/applications/${encodeURIComponent(name)}`;

/** Replaces the whole config of one service. */
export const putServiceCall = (name: string, config: Record<string, unknown>): ChangeCall => ({
  method: 'PUT',
  path: servicePath(name),
  body: { config },
});

export const backUpCall = (application: string): ChangeCall => ({
  method: 'POST',
  path: `${applicationPath(application)}/:backup`,
});

/** The backup itself is its body. */
export const restoreCall = (application: string): ChangeCall => ({
  method: 'POST',
  path: `${applicationPath(application)}/:restore`,
});

/** What IncusOS finds in its seed partition when it starts anew; each takes the place of one of the same name. */
export type ResetSeeds = {
  network: Record<string, unknown>;
  applications: { version: string; applications: readonly { name: string }[] };
  update: Record<string, unknown>;
  security: { version: string; custom_ca_certs?: readonly string[] };
  provider: { version: string; name: string; config: Record<string, string> };
  incus: { version: string; apply_defaults: boolean; preseed: null };
};

/** Seeds first, then the TPM, then a hard reboot a second after the answer. */
export const factoryResetCall = (seeds: ResetSeeds): ChangeCall => ({
  method: 'POST',
  path: '/os/1.0/system/:factory-reset',
  body: { allow_tpm_reset_failure: false, wipe_existing_seeds: false, seeds },
});
