import type { QueryClient } from '@tanstack/react-query';

/** A list of more pages than this is not read again by itself: who reads far down is told, and asks for it. */
const mostPages = 4;

const isLong = ({ state: { data } }: { state: { data?: unknown } }): boolean =>
  typeof data === 'object' &&
  data !== null &&
  'pages' in data &&
  Array.isArray(data.pages) &&
  data.pages.length > mostPages;

/** Reads again what is shown below this key, and marks what is not shown, or too long, as out of date. */
export function readAgain(queries: QueryClient, key: readonly string[]): Promise<unknown> {
  const queryKey = [...key];
  void queries.invalidateQueries({ queryKey, refetchType: 'none', predicate: isLong });
  return queries.invalidateQueries({ queryKey, predicate: (query) => !isLong(query) });
}
