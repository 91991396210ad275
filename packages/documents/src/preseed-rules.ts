import type { Preseed } from './preseed-shape.ts';
import type { Report } from './problem.ts';

/** What every item needs, and what may be there once only. */
export function checkNames(preseed: Preseed, report: Report): void {
  requireFields('storage_pools', preseed.storage_pools, ['name', 'driver'], report);
  requireFields('networks', preseed.networks, ['name'], report);
  requireFields('storage_volumes', preseed.storage_volumes, ['name', 'pool'], report);
  requireFields('profiles', preseed.profiles, ['name'], report);
  requireFields('projects', preseed.projects, ['name'], report);
  requireFields('cluster_groups', preseed.cluster_groups, ['name'], report);
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
    if (volume.type === '' || volume.type === 'custom') continue;
    report.problem('volume_type', ['storage_volumes', index, 'type'], 'only custom volumes can be made', {
      expected: 'custom',
    });
  }
}

function requireFields<T extends Record<string, unknown>>(
  section: string,
  items: readonly T[],
  fields: readonly (keyof T & string)[],
  report: Report,
): void {
  for (const [index, item] of items.entries()) {
    for (const field of fields) {
      if (item[field] === '' && !report.blames([section, index]) && !report.blames([section, index, field]))
        report.problem('missing_field', [section, index], `"${field}" is missing or empty`, { expected: field });
    }
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
    // The mesh network is dropped and made anew anyway.
    if (seen.has(key) && !(section === 'networks' && key.endsWith('"meshbr0"]'))) {
      report.problem('item_twice', [section, index], `"${identity(item).at(-1) ?? ''}" is defined twice`);
    }
    seen.add(key);
  }
}
