import type { ApplicationItem } from '@operations-center/documents';
import type { IncusObjects } from '../../../fleet/incus-objects.ts';
import { askThrough, type ClusterLook, type LookParts } from '../apply/look-at-cluster.snapshot.ts';
import type { LivingLists } from './list-extras.plan.ts';

/** Volumes are data, and whom a cluster trusts is its own affair: neither is looked for. Changes nothing. */
export const lookAtLists = ({ fleet }: LookParts, cluster: string, look: ClusterLook): Promise<LivingLists> =>
  askThrough(cluster, look, async (options) => {
    const list = <Kind extends ApplicationItem['kind'] & keyof IncusObjects>(kind: Kind, allProjects = false) =>
      fleet.objects.listObjects(look.through, { kind, allProjects }, options).then(({ value }) => value);
    const [projects, pools, networks, profiles, groups] = await Promise.all([
      list('project'),
      list('storage-pool'),
      list('network', true),
      list('profile', true),
      list('cluster-group'),
    ]);
    return { projects, pools, networks: networks.filter(({ managed }) => managed), profiles, groups };
  });
