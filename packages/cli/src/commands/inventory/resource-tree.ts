import {
  factsOf,
  type InventoryAggregate,
  type InventoryItem,
  type InventoryKind,
  inventoryKindNames,
} from '@operations-center/contract';

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

/** What OC prints in another way than other kinds. */
const special: Readonly<Partial<Record<InventoryKind, Section['lines']>>> = {
  instance: grouped('project_name', '    ', headings('      ')),
  network_forward: byProject,
};

function sectionOf(kind: InventoryKind): Section {
  const { segment, plural } = factsOf(kind);
  return {
    title: plural.replaceAll(/(^| )[a-z]/g, (start) => start.toUpperCase()),
    // The table's own segment: wider here than the literals that the answer has.
    of: segment as Section['of'],
    lines: special[kind] ?? usualLines(kind),
  };
}

function usualLines(kind: InventoryKind): Section['lines'] {
  const { parent, project } = factsOf(kind);
  if (parent !== 'none') return parent === 'network' ? byNetwork : byPool;
  return project === 'none' ? dashes('    ') : byProject;
}

/** As OC prints it, word for word; address sets, which it does not know here, and our own kinds are in their place. */
const sections: readonly Section[] = inventoryKindNames.map(sectionOf);

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
