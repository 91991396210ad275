/** Something that can be gone to by its name. */
export type Entry<To> = { word: string; noun: string; to: To };

const ranks: readonly ((name: string, text: string) => boolean)[] = [
  (name, text) => name === text,
  (name, text) => name.startsWith(text),
  (name, text) => name.split(/[^a-z0-9]+/).some((word) => word.startsWith(text)),
  (name, text) => name.includes(text),
];

/** The best first: the name itself, names that begin so, names with a word that begins so, names that have it. */
export function findEntries<To>(text: string, entries: readonly Entry<To>[], most: number): Entry<To>[] {
  const wanted = text.trim().toLowerCase();
  const ranked = entries.flatMap((entry) => {
    const rank = ranks.findIndex((fits) => fits(entry.word.toLowerCase(), wanted));
    return rank < 0 ? [] : [{ entry, rank }];
  });
  return ranked
    .sort((a, b) => a.rank - b.rank)
    .slice(0, most)
    .map(({ entry }) => entry);
}

/** Where an arrow leads: round and round. */
export const nextIndex = (index: number, key: 'ArrowDown' | 'ArrowUp', count: number): number =>
  count === 0 ? 0 : (index + (key === 'ArrowDown' ? 1 : -1) + count) % count;

/** Why an object was found, if its name does not say it: `config["a"]: b`. */
export function whyFound({
  name,
  matches,
}: {
  name: string;
  matches: readonly { path: string; value: string }[];
}): string {
  const [first] = matches.filter(({ path, value }) => path !== 'name' || value !== name);
  return first === undefined ? '' : `${first.path}: ${first.value}`;
}
