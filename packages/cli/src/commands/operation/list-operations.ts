import type { Operation } from '@operations-center/contract';
import type { Api } from '../../api.ts';
import { requireExtension } from '../../require-extension.ts';

/** All operations, newest first; with recursion the daemon answers objects, grouped by status. */
export async function listOperations(api: Api, open?: boolean): Promise<Operation[]> {
  await requireExtension(api, 'operations', 'operations');
  const query = { recursion: '1', ...(open === undefined ? {} : { open: String(open) }) };
  const groups = (await api.ask('operations_list', { query })) as Record<string, Operation[]>;
  return Object.values(groups)
    .flat()
    .sort((a, b) => (a.created_at < b.created_at ? 1 : -1));
}

/** A person may shorten an id as far as it stays unique; 6 characters are shown everywhere. */
export async function findOperation(api: Api, given: string): Promise<Operation> {
  await requireExtension(api, 'operations', 'operations');
  const exact = await api.call('operation_show', { params: { id: given } });
  if (exact.kind === 'ok') return exact.metadata;
  const found = given.length < 4 ? [] : (await listOperations(api)).filter((one) => one.id.startsWith(given));
  return found.length === 1 && found[0] !== undefined ? found[0] : api.unwrap(exact);
}
