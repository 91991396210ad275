const mostAtOnce = 1_000;

type Page<Entry> = { changes: Entry[]; cursor: string | null };

/** Page after page, until there are enough or no more. */
export async function followPages<Entry>(
  most: number,
  ask: (limit: string, cursor: string | undefined) => Promise<Page<Entry>>,
): Promise<Entry[]> {
  const found: Entry[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await ask(String(Math.min(mostAtOnce, most - found.length)), cursor);
    found.push(...page.changes);
    if (page.cursor === null || found.length >= most) return found;
    cursor = page.cursor;
  }
}
