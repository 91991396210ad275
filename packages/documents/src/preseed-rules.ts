import type { Preseed } from './preseed-shape.ts';
import type { Report } from './problem.ts';

/** What may be there once only. */
export function checkNames(preseed: Preseed, report: Report): void {
  refuseDoubles('storage_pools', preseed.storage_pools, (pool) => [pool.name], report);
  refuseDoubles('networks', preseed.networks, (network) => [network.project, network.name], report);
  refuseDoubles(
    'storage_volumes',
    preseed.storage_volumes,
    (volume) => [volume.project, volume.pool, volume.name],
    report,
  );
  refuseDoubles('profiles', preseed.profiles, (profile) => [profile.project, profile.name], report);
  refuseDoubles('projects', preseed.projects, (one) => [one.name], report);
  refuseDoubles('cluster_groups', preseed.cluster_groups, (group) => [group.name], report);
  for (const [index, volume] of preseed.storage_volumes.entries()) {
    const at = ['storage_volumes', index, 'type'];
    if (volume.type === '' || volume.type === 'custom' || report.blames(at)) continue;
    const remedy = 'Leave "type" out.';
    report.problem('volume_type', at, 'only custom volumes can be made', { expected: 'custom', remedy });
  }
}

function refuseDoubles<T>(
  section: string,
  items: readonly T[],
  identity: (item: T) => readonly string[],
  report: Report,
): void {
  const seen = new Set<string>();
  for (const [index, item] of items.entries()) {
    const key = JSON.stringify(identity(item));
    // Its name is missing, which was told already.
    const isBlank = identity(item).at(-1) === '';
    // The mesh network is dropped and made anew anyway.
    if (!isBlank && seen.has(key) && !(section === 'networks' && key.endsWith('"meshbr0"]'))) {
      report.problem('item_twice', [section, index], `"${identity(item).at(-1) ?? ''}" is defined twice`, {
        remedy: 'Remove one of them, or give it another name.',
      });
    }
    seen.add(key);
  }
}
