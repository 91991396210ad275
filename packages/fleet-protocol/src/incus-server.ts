import * as z from 'zod';
import { ConfigMap, listOf } from './wire-values.ts';

/** `GET /1.0` as a trusted client sees it. `environment` is absent for an untrusted one. */
export const IncusServer = z.looseObject({
  auth: z.enum(['trusted', 'untrusted']),
  config: ConfigMap,
  api_extensions: listOf(z.string()),
  environment: z
    .looseObject({
      certificate: z.string().default(''),
      certificate_fingerprint: z.string().default(''),
      server_clustered: z.boolean(),
      /** The host name while standalone, the member name in a cluster. */
      server_name: z.string(),
      server_version: z.string(),
      kernel_architecture: z.string().default(''),
      storage_supported_drivers: listOf(z.looseObject({ Name: z.string() })),
    })
    .optional(),
});
export type IncusServer = z.output<typeof IncusServer>;

/** `PUT /1.0`: keys left out are unset; a clustered server refuses to lose `cluster.https_address`. */
export type PutServer = { config: Record<string, string> };

/** `GET /1.0/cluster`. */
export const IncusCluster = z.looseObject({
  server_name: z.string(),
  enabled: z.boolean(),
  member_config: listOf(
    z.looseObject({
      entity: z.string(),
      name: z.string(),
      key: z.string(),
      value: z.string().default(''),
      description: z.string().default(''),
    }),
  ),
});
export type IncusCluster = z.output<typeof IncusCluster>;

/** `PUT /1.0/cluster`. Without `cluster_address` this *bootstraps*, token or not. */
export type PutCluster = {
  server_name: string;
  enabled: true;
  member_config: readonly { entity: 'storage-pool' | 'network'; name: string; key: string; value: string }[] | null;
  cluster_address: string;
  cluster_certificate: string;
  server_address: string;
  cluster_token: string;
};

export const putClusterToBootstrap = (serverName: string): PutCluster => ({
  server_name: serverName,
  enabled: true,
  member_config: null,
  cluster_address: '',
  cluster_certificate: '',
  server_address: '',
  cluster_token: '',
});

/**
 * The body that makes a server join. Throws a TypeError when a value is empty: Incus takes a join without
 * `cluster_address` for a bootstrap of its own and says Success.
 */
export function putClusterToJoin(join: {
  server_name: string;
  cluster_address: string;
  cluster_certificate: string;
  server_address: string;
  cluster_token: string;
  member_config?: PutCluster['member_config'];
}): PutCluster {
  for (const [key, value] of Object.entries(join)) {
    if (value === '') throw new TypeError(`a join needs ${key}`);
  }
  return { ...join, enabled: true, member_config: join.member_config ?? null };
}

/** One of `GET /1.0/cluster/members?recursion=1`. */
export const ClusterMember = z.looseObject({
  server_name: z.string(),
  url: z.string(),
  status: z.string(),
  message: z.string().default(''),
  database: z.boolean().default(false),
  roles: listOf(z.string()),
  groups: listOf(z.string()),
  failure_domain: z.string().default(''),
  architecture: z.string().default(''),
  description: z.string().default(''),
  config: ConfigMap,
});
export type ClusterMember = z.output<typeof ClusterMember>;
