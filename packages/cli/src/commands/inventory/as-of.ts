import type { Api } from '../../api.ts';
import { readTime, text } from '../../options.ts';
import { requireExtension } from '../../require-extension.ts';

export const asOfOption = text('As it was then: 24h ago, or a time such as 2026-11-22T18:00:00Z', {
  placeholder: 'time',
});

/** The parameter of a request; a daemon that does not know it would answer how it is now. */
export async function askAsOf(api: Api, typed: string): Promise<{ as_of?: string }> {
  if (typed === '') return {};
  await requireExtension(api, 'inventory_history', 'how its inventory was before');
  return { as_of: readTime('--as-of', typed) };
}
