import type { Api } from '../../api.ts';
import type { Terminal } from '../../call.ts';
import { UsageFailure } from '../../failures/failure.ts';
import { requireExtension } from '../../require-extension.ts';

type Query = Record<string, string | undefined>;
const mostAtOnce = 1_000;

/** All of a list as OC gives it; or sorted, or no more than a number of objects, page by page. */
export async function askPages(
  api: Api,
  terminal: Terminal,
  name: 'inventory_images_list',
  query: Query,
  { limit, sort }: { limit: number; sort: string | undefined },
): Promise<unknown> {
  if (limit < 0) throw new UsageFailure(`--limit is ${limit}`, 'Write how many: 1 or more; 0 is all.');
  if (limit === 0 && sort === undefined) return api.ask(name, { query });
  await requireExtension(api, 'inventory_pages', 'how to sort a list and to give it in pages');
  if (limit === 0) return api.ask(name, { query: { ...query, sort } });
  const found: unknown[] = [];
  for (let cursor: string | undefined; ; ) {
    const wanted = { ...query, sort, limit: String(Math.min(mostAtOnce, limit - found.length)), cursor, total: 'true' };
    const answer = await api.call(name, { query: wanted }).catch(async (error: unknown) => {
      throw await api.explain(error);
    });
    found.push(...api.unwrap(answer));
    cursor = answer.kind === 'ok' ? answer.next : undefined;
    if (cursor !== undefined && found.length < limit) continue;
    const total = answer.kind === 'ok' ? answer.total : undefined;
    if (total !== undefined && total > found.length) terminal.stderr.write(`${found.length} of ${total}\n`);
    return found;
  }
}
