import { type ApplicationItem, compareItem } from '@operations-center/documents';
import type { ItemBody } from '../plan/open-item.ts';
import type { ItemProblem } from './apply.ts';

/** What is live, and cannot become what the file says. */
export function refusals(item: ApplicationItem, { body }: { body: ItemBody }): ItemProblem[] {
  if (item.kind === 'server-config') return [];
  const comparison = compareItem(item, body);
  const because = (what: string, remedy: string) => [{ item: item.key, what, remedy }];
  if (comparison.state === 'conflict') {
    return because(
      comparison.reason,
      'Incus cannot turn the one into the other: give it another name in the file, or write it as it is.',
    );
  }
  if (comparison.state !== 'partial') return [];
  const what = `${item.about} is there in state ${comparison.status}: somebody began to make it`;
  return because(what, 'Finish or delete it on the cluster, then apply again.');
}

export function refusedChanges(
  item: ApplicationItem,
  live: { body: ItemBody },
  changes: readonly { field: string }[],
): ItemProblem[] {
  const has = (pattern: RegExp): boolean => changes.some(({ field }) => pattern.test(field));
  if (item.kind === 'storage-pool' && has(/^config\.source$/)) {
    const what = `the source of ${item.about} would change, which Incus refuses once the pool is made`;
    const remedy = 'Write the source as it is, or make another pool beside it.';
    return [{ item: item.key, what, remedy }];
  }
  if (item.kind === 'project' && has(/^config\.features\./)) {
    const users = usersOf(live.body).filter((url) => !/^\/1\.0\/profiles\/default(\?|$)/.test(url));
    if (users.length === 0) return [];
    const what = `features of ${item.about} would change, which Incus refuses while it holds ${users.length} things`;
    const remedy = 'Write the features as they are, or empty the project first.';
    return [{ item: item.key, what, remedy }];
  }
  return [];
}

export const usersOf = (body: ItemBody): string[] =>
  Array.isArray(body['used_by']) ? body['used_by'].map(String) : [];
