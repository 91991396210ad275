import type { InventoryKind } from '@operations-center/contract';
import type { SqlValue } from '@operations-center/database';
import type { InventoryDatabase } from '../../../schema.ts';
import { loadObjects, sourceOf } from '../history/versions.store.ts';
import type { ItemFields } from '../rows/inventory-item.ts';
import { type Place, textsOf } from './words.ts';

export type SearchAsk = {
  /** Each must be the beginning of a word of the object; not empty. */
  words: readonly string[];
  kind?: InventoryKind | undefined;
  cluster?: string | undefined;
  project?: string | undefined;
  limit: number;
  /** As they were then, in microseconds. */
  as_of?: number | undefined;
};
export type SearchHit = ItemFields & { kind: InventoryKind; uuid: string; matches: Place[] };
/** `more`: there are others that fit as well. */
export type SearchPage = { found: SearchHit[]; more: boolean };

type Candidate = ItemFields & { id: number; kind: InventoryKind; uuid: string; words: string };

/** The best of so many are shown; a word that is everywhere is no question. */
const mostCandidates = 1_000;
const mostMatches = 3;

export async function searchObjects(db: InventoryDatabase, ask: SearchAsk): Promise<SearchPage> {
  const found = await findCandidates(db, ask);
  const best = found
    .map((one) => ({ one, rank: rankOf(one, ask.words) }))
    .sort((a, b) => b.rank - a.rank || compareTexts(keyOf(a.one), keyOf(b.one)))
    .slice(0, ask.limit)
    .map(({ one }) => one);
  const documents = await loadDocuments(db, best, ask.as_of);
  return {
    found: best.map((one) => toHit(one, documents.get(one.id) ?? {}, ask.words)),
    more: found.length > best.length,
  };
}

async function findCandidates(db: InventoryDatabase, ask: SearchAsk): Promise<Candidate[]> {
  const source = sourceOf(ask.as_of);
  const { text, values } = ask.as_of === undefined ? indexed(db, ask.words) : compared(ask.words);
  const only = Object.entries({ kind: ask.kind, cluster: ask.cluster, project_name: ask.project }).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return db.rows<Candidate>(
    `select id, kind, uuid, cluster, server, project_name, parent_name, name, type, words from ${source.text}
     where ${text}${only.map(([column]) => ` and ${column} = ?`).join('')} limit ?`,
    [...source.values, ...values, ...only.map(([, value]) => value), mostCandidates],
  );
}

type Condition = { text: string; values: SqlValue[] };

function indexed(db: InventoryDatabase, words: readonly string[]): Condition {
  if (db.dialect === 'postgres')
    return { text: 'word_index @@ cast(? as tsquery)', values: [words.map((word) => `'${word}':*`).join(' & ')] };
  const match = words.map((word) => `"${word}"*`).join(' AND ');
  return { text: 'id in (select rowid from inventory_words where inventory_words match ?)', values: [match] };
}

/** What was has no index of its own. */
const compared = (words: readonly string[]): Condition => ({
  text: words.map(() => "concat(' ', words) like ? escape '!'").join(' and '),
  values: words.map((word) => `% ${word.replaceAll(/[!%_]/g, '!$&')}%`),
});

/** Its name first, then what has just these words, then what begins with them. */
function rankOf({ name, words }: Candidate, asked: readonly string[]): number {
  const own = name.toLowerCase();
  const typed = asked.join(' ');
  if (own === typed) return 4;
  if (own.startsWith(typed)) return 3;
  const all = new Set(words.split(' '));
  return asked.every((word) => all.has(word)) ? 2 : 1;
}

const keyOf = ({ kind, cluster, project_name, name }: Candidate): string =>
  [kind, cluster, project_name, name].join('\n');
const compareTexts = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

async function loadDocuments(
  db: InventoryDatabase,
  best: readonly Candidate[],
  as_of: number | undefined,
): Promise<Map<number, Record<string, unknown>>> {
  const ids = best.map(({ id }) => id);
  const rows = await loadObjects(db, ids, as_of);
  // Only objects are stored (apply-list.store.ts).
  return new Map(rows.map(({ id, object }) => [id, JSON.parse(object) as Record<string, unknown>]));
}

function toHit(one: Candidate, object: Record<string, unknown>, asked: readonly string[]): SearchHit {
  const { id: _, words: __, ...place } = one;
  const matches: Place[] = [];
  for (const { path, value } of textsOf(object)) {
    const low = value.toLowerCase();
    if (!asked.some((word) => low.includes(word))) continue;
    matches.push({ path, value: value.slice(0, 200) });
    if (matches.length === mostMatches) break;
  }
  return { ...place, matches };
}

export type FacetAsk = { kind?: InventoryKind | undefined; cluster?: string | undefined; project?: string | undefined };
export type Facet = { value: string; count: number };
export type Facets = Record<'kinds' | 'clusters' | 'projects' | 'statuses', Facet[]>;

const facetColumns = { kinds: 'kind', clusters: 'cluster', projects: 'project_name', statuses: 'status' } as const;
const mostValues = 1_000;

/** How many objects there are of each kind, cluster, project and status; what has none is not counted there. */
export async function countFacets(db: InventoryDatabase, { kind, cluster, project }: FacetAsk): Promise<Facets> {
  const only = Object.entries({ kind, cluster, project_name: project }).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  const where = only.map(([column]) => ` and ${column} = ?`).join('');
  const facets: Facets = { kinds: [], clusters: [], projects: [], statuses: [] };
  for (const [name, column] of Object.entries(facetColumns) as [keyof Facets, string][]) {
    const rows = await db.rows<{ value: string; count: number | string }>(
      `select ${column} as value, count(*) as count from inventory_objects where ${column} <> ''${where}
       group by ${column} order by count desc, value limit ?`,
      [...only.map(([, value]) => value), mostValues],
    );
    facets[name] = rows.map(({ value, count }) => ({ value, count: Number(count) }));
  }
  return facets;
}
