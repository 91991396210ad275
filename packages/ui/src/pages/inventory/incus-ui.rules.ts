import type { InventoryItem, InventoryKind } from '@operations-center/contract';

type Place = Pick<InventoryItem, 'name' | 'project_name' | 'parent_name' | 'type'>;

/** Where Incus' own UI shows such a thing; of the other kinds it has no page, or one whose address is not certain. */
const pages: Partial<Record<InventoryKind, (place: Place) => readonly string[]>> = {
  instance: ({ name }) => ['instance', name],
  network: ({ name }) => ['network', name],
  profile: ({ name }) => ['profile', name],
  storage_pool: ({ name }) => ['storage', 'pool', name],
};

/** The address in the UI of the cluster itself; undefined: its own address is not known, or is none that a browser opens. */
export function incusUiAddress(clusterUrl: string, kind: InventoryKind, place: Place): string | undefined {
  const base = URL.parse(clusterUrl);
  if (base === null || base.protocol !== 'https:') return undefined;
  const page = pages[kind]?.(place);
  if (page === undefined) return `${base.origin}/ui/`;
  const path = ['project', place.project_name ?? 'default', ...page].map(encodeURIComponent).join('/');
  return `${base.origin}/ui/${path}`;
}
