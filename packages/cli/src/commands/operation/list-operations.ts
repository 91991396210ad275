import type { Operation } from '@operations-center/contract';
import type { Api } from '../../api.ts';
import { CliFailure } from '../../failures/failure.ts';
import { requireExtension } from '../../require-extension.ts';

export type OperationQuery = Partial<
  Record<'open' | 'cluster' | 'server' | 'status' | 'since' | 'workflow', string | undefined>
>;

/** The newest operations that are wanted, page after page; with recursion the daemon answers objects, by status. */
export async function listOperations(api: Api, wanted: OperationQuery, limit: number): Promise<Operation[]> {
  await requireExtension(api, 'operations', 'operations');
  const found: Operation[] = [];
  let cursor: string | undefined;
  do {
    const query = { ...wanted, recursion: '1', limit: String(Math.min(1_000, limit - found.length)), cursor };
    const result = await api.call('operations_list', { query }).catch(async (error: unknown) => {
      throw await api.explain(error);
    });
    const groups = api.unwrap(result) as Record<string, Operation[]>;
    // The groups of one page are each in order; the pages are in order of each other.
    found.push(...Object.values(groups).flat().sort(byAge));
    cursor = result.kind === 'ok' ? result.next : undefined;
  } while (cursor !== undefined && found.length < limit);
  return found;
}

const byAge = (a: Operation, b: Operation): number =>
  a.created_at === b.created_at ? (a.id < b.id ? 1 : -1) : a.created_at < b.created_at ? 1 : -1;

/** More than this are not looked through for an id that was shortened. */
const searched = 5_000;

/** A person may shorten an id as far as it stays unique; 6 characters are shown everywhere. */
export async function findOperation(api: Api, given: string): Promise<Operation> {
  await requireExtension(api, 'operations', 'operations');
  const exact = await api.call('operation_show', { params: { id: given } }).catch(async (error: unknown) => {
    throw await api.explain(error);
  });
  if (exact.kind === 'ok') return exact.metadata;
  const [found, ...others] = (await listOperations(api, {}, searched)).filter((one) => one.id.startsWith(given));
  if (found === undefined) return api.unwrap(exact);
  if (others.length === 0) return found;
  throw new CliFailure({
    what: `${others.length + 1} operations begin with "${given}"`,
    fix: 'Write more of the id: operations-center operation list.',
    code: 'operation_ambiguous',
  });
}
