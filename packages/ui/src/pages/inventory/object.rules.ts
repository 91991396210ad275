import type { InventoryItem } from '@operations-center/contract';
import type { State } from '../../parts/states.ts';

/** Columns that the daemon sorts by, and what it calls them. */
export const sortable: Readonly<Record<string, string>> = {
  name: 'name',
  cluster: 'cluster',
  server: 'server',
  project_name: 'project',
  parent_name: 'parent_name',
  'object.status': 'status',
};

/** What stands in an item at `object.status`, as text; empty: nothing. */
export function readPath(item: InventoryItem, path: string): string {
  let here: unknown = item;
  for (const key of path.split('.')) {
    if (typeof here !== 'object' || here === null) return '';
    here = (here as Record<string, unknown>)[key];
  }
  if (here === undefined || here === null) return '';
  return typeof here === 'string' ? here : JSON.stringify(here);
}

/** Incus' words for how an instance, a network or a pool is. */
export function stateOfStatus(status: string): State {
  if (/^(?:running|created|ready|online)$/i.test(status)) return 'ready';
  if (/^(?:error|errored|broken)$/i.test(status)) return 'failed';
  if (/ing$/i.test(status) || /^pending$/i.test(status)) return 'working';
  return /^(?:unavailable|unknown|offline)$/i.test(status) ? 'attention' : 'unreachable';
}

/** A condition added to a filter, unless it is there already. */
export function withCondition(filter: string, condition: string): string {
  if (filter.includes(condition)) return filter;
  return filter.trim() === '' ? condition : `(${filter}) and ${condition}`;
}
