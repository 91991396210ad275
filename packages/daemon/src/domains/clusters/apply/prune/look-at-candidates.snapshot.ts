import { listNetworkParts } from '../../../../fleet/incus-network-parts.ts';
import type { Sealer } from '../../../../platform/keys/sealing.ts';
import { byFingerprint, identityOf, openItem } from '../../plan/open-item.ts';
import type { PlannedItem } from '../../plan/plan.ts';
import type { AppliedItem } from '../apply.ts';
import {
  askThrough,
  type ClusterLook,
  hasMemberKeys,
  type LookOptions,
  type LookParts,
  readMembers,
} from '../look-at-cluster.snapshot.ts';
import { usersOf } from '../refusals.plan.ts';
import { findLastingReason, type LiveCandidate, type PruneLook } from './plan-prunes.plan.ts';

type Parts = LookParts & { sealer: Sealer };

/** What may be pruned, as the cluster shows it, and what uses it. Changes nothing. */
export async function lookAtCandidates(
  parts: Parts,
  cluster: string,
  look: ClusterLook,
  candidates: readonly AppliedItem[],
): Promise<PruneLook> {
  const open = candidates.filter((one) => findLastingReason(one) === undefined).map(({ item }) => item);
  if (open.length === 0) return { live: {}, clients: [] };
  const { objects } = parts.fleet;
  return askThrough(cluster, look, async (options) => {
    const [certificates, projects] = await Promise.all([
      objects.listObjects(look.through, { kind: 'certificate' }, options),
      objects.listObjects(look.through, { kind: 'project' }, options),
    ]);
    /** Who names a thing without Incus saying that it is used. */
    const namersOf = ({ kind, name }: PlannedItem): string[] => [
      ...(kind === 'project' ? certificates.value.filter((one) => one.projects.includes(name)) : []).map(
        ({ fingerprint }) => `/1.0/certificates/${fingerprint}`,
      ),
      ...(kind === 'cluster-group' ? projects.value.filter(({ config }) => names(config, name)) : []).map(
        (project) => `/1.0/projects/${encodeURIComponent(project.name)}`,
      ),
    ];
    const live = await Promise.all(
      open.map(async (item) => {
        const found = await readCandidate(parts, look, item, options);
        return [item.key, found && { ...found, users: [...found.users, ...namersOf(item)] }] as const;
      }),
    );
    const clients = certificates.value.filter(({ type }) => type === 'client').map(({ fingerprint }) => fingerprint);
    return { live: Object.fromEntries(live), clients };
  });
}

const names = (config: Readonly<Record<string, string>>, group: string): boolean =>
  (config['restricted.cluster.groups'] ?? '').split(',').some((one) => one.trim() === group);

async function readCandidate(
  { fleet, sealer }: Parts,
  look: ClusterLook,
  item: PlannedItem,
  options: LookOptions,
): Promise<LiveCandidate | undefined> {
  const { kind } = item;
  if (kind === 'server-config') return undefined;
  const open = openItem({ sealer }, item);
  const identity = identityOf(kind === 'certificate' ? byFingerprint(open) : open, kind);
  const found = await fleet.objects.getObject(look.through, identity, options);
  if (found === undefined) return undefined;
  const body = { ...found.value };
  const type = 'type' in found.value ? String(found.value.type) : '';
  const targets = hasMemberKeys(kind, { type }) ? look.members.map(({ name }) => name) : [];
  const network = { name: item.name, project: item.project, type };
  const profile = { kind: 'profile', name: 'default', project: item.name } as const;
  const [members, hanging, own] = await Promise.all([
    readMembers(fleet.objects, { through: look.through, targets, identity }, options),
    kind === 'network' ? listNetworkParts(fleet.connections, look.through, network, options) : [],
    kind === 'project' ? fleet.objects.getObject(look.through, profile, options) : undefined,
  ]);
  // A project without profiles of its own shows those of the project `default`.
  const ownProfile = own?.value.project === item.name ? { ...own.value } : null;
  return { body, members, users: [...usersOf(body), ...hanging], profile: ownProfile };
}
