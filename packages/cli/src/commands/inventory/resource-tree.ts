import type { InventoryAggregate, InventoryItem } from '@operations-center/contract';

type Items = readonly InventoryItem[];
type Section = {
  title: string;
  of: Exclude<keyof InventoryAggregate, 'cluster' | 'servers' | number>;
  lines: (items: Items) => string[];
};

const dashes = (indent: string) => (items: Items) => items.map(({ name }) => `${indent}- ${name}`);
/** Once, on however many servers it is. */
const headings = (indent: string) => (items: Items) =>
  [...new Set(items.map(({ name }) => name))].map((name) => `${indent}${name}:`);

/** Under a heading each; in the order in which they first come. */
function grouped(key: 'project_name' | 'parent_name', indent: string, below: Section['lines']): Section['lines'] {
  return (items) =>
    [...Map.groupBy(items, (item) => item[key] ?? '')].flatMap(([group, some]) => [
      ...(group === '' ? [] : [`${indent}${group}:`]),
      ...below(some),
    ]);
}

const byProject = grouped('project_name', '    ', dashes('      '));
const byNetwork = grouped('parent_name', '    ', dashes('      '));
const byPool = grouped('project_name', '    ', grouped('parent_name', '      ', headings('        ')));

/** As OC prints it, word for word; address sets, which it does not know here, are in their place. */
const sections: readonly Section[] = [
  { title: 'Images', of: 'images', lines: byProject },
  { title: 'Instances', of: 'instances', lines: grouped('project_name', '    ', headings('      ')) },
  { title: 'Networks', of: 'networks', lines: byProject },
  { title: 'Network ACLs', of: 'network_acls', lines: byProject },
  { title: 'Network Address Sets', of: 'network_address_sets', lines: byProject },
  { title: 'Network Forwards', of: 'network_forwards', lines: byProject },
  { title: 'Network Integrations', of: 'network_integrations', lines: dashes('    ') },
  { title: 'Network Load Balancers', of: 'network_load_balancers', lines: byNetwork },
  { title: 'Network Peers', of: 'network_peers', lines: byNetwork },
  { title: 'Network Zones', of: 'network_zones', lines: byProject },
  { title: 'Profiles', of: 'profiles', lines: byProject },
  { title: 'Projects', of: 'projects', lines: dashes('    ') },
  { title: 'Storage Buckets', of: 'storage_buckets', lines: byPool },
  { title: 'Storage Pools', of: 'storage_pools', lines: dashes('    ') },
  { title: 'Storage Volumes', of: 'storage_volumes', lines: byPool },
];

/** What clusters hold, for people; nothing if there is none. */
export function resourceTree(clusters: readonly InventoryAggregate[]): string {
  if (clusters.length === 0) return '';
  const trees = clusters.map((cluster) => {
    const servers = cluster.servers.map((name) => `    - ${name}`);
    const parts = [
      ...(servers.length === 0 ? [] : [['  Servers:', ...servers]]),
      ...sections.flatMap(({ title, of, lines }) => {
        const items = cluster[of] ?? [];
        return items.length === 0 ? [] : [[`  ${title}:`, ...lines(items)]];
      }),
    ];
    return [`- Cluster Name: ${cluster.cluster}`, ...parts.map((part) => part.join('\n'))].join('\n\n');
  });
  return `Resource Tree:\n\n${trees.join('\n\n')}\n`;
}
