import type { ApplicationItem, ItemKind, ItemOfKind } from '../application-items.ts';
import { dataCluster, providers, variables } from './fixed-files.ts';
import { server, storagePools, storageVolumes } from './member-resources.ts';
import { networks } from './networks.ts';
import { certificates, clusterGroups, profiles, projects } from './plain-resources.ts';
import type { Rendered } from './resource.ts';
import { makeSite } from './site.ts';
import { stateFile } from './state.ts';

export type TerraformInput = {
  /** Names the remote. */
  cluster: string;
  connection_url: string;
  /** In the order of the cluster. */
  members: readonly string[];
  /** As they were applied. */
  items: readonly ApplicationItem[];
  /** Texts that make a value a secret wherever they stand in it. */
  secretTexts?: readonly string[];
  /** A UUID: what tells this state from others. */
  lineage: string;
};

export type TextFile = { name: string; content: string };

/**
 * The configuration of a cluster as Operations Center's users know it, for OpenTofu or Terraform: files that say what
 * there is, and a state that says that it stands. A secret is a variable without a value.
 */
export function makeTerraform(input: TerraformInput): TextFile[] {
  const { cluster, connection_url, members, items, secretTexts = [], lineage } = input;
  const site = makeSite(members, secretTexts);
  const of = <Kind extends ItemKind>(kind: Kind): ItemOfKind<Kind>[] =>
    items.filter((item): item is ItemOfKind<Kind> => item.kind === kind);
  const made: Record<string, Rendered> = {
    certificates: certificates(of('certificate'), site),
    cluster_groups: clusterGroups(of('cluster-group'), site),
    networks: networks(of('network'), site),
    profiles: profiles(of('profile'), site),
    projects: projects(of('project'), site),
    server: server(of('server-config'), site),
    storage_pools: storagePools(of('storage-pool'), site),
    storage_volumes: storageVolumes(of('storage-volume'), site),
  };
  const secrets = site.secrets.list();
  const held = Object.values(made).flatMap((one) => one.held);
  return [
    { name: 'data_cluster.tf', content: dataCluster },
    { name: 'providers.tf', content: providers(cluster, connection_url) },
    ...Object.entries(made).map(([kind, { text }]) => ({ name: `resources_${kind}.tf`, content: text })),
    { name: 'terraform.tfstate', content: stateFile(held, lineage) },
    ...(secrets.length === 0 ? [] : [{ name: 'variables.tf', content: variables(secrets) }]),
  ];
}
