import { factsOf, type InventoryKind } from '@operations-center/contract';
import { useQuery } from '@tanstack/react-query';
import { kindFacetsQuery } from '../../data/inventory.ts';
import { ErrorNote } from '../../parts/error-note.tsx';
import { hasTerm, termOf, toggleTerm } from '../../parts/filter-terms.rules.ts';
import { Name } from '../../parts/name.tsx';
import styles from './inventory.module.css';

/** With more than these a list says nothing; the filter finds the others. */
const most = 12;

type Narrowing = { filter: string; onFilter(filter: string): void };

/** What a kind can be narrowed to by a click: it adds to the filter, and is taken out of it again. */
export function Facets({ kind, ...narrowing }: Narrowing & { kind: InventoryKind }) {
  const { data, error } = useQuery(kindFacetsQuery(kind));
  if (error !== null) return <ErrorNote error={error} />;
  if (data === undefined) return null;
  return (
    <>
      <Facet word="Cluster" field="cluster" values={data.clusters} {...narrowing} />
      {factsOf(kind).project === 'none' ? null : (
        <Facet word="Project" field="project_name" values={data.projects} {...narrowing} />
      )}
      <Facet word="Status" field="object.status" values={data.statuses} {...narrowing} />
    </>
  );
}

function Facet({
  word,
  field,
  values,
  filter,
  onFilter,
}: Narrowing & { word: string; field: string; values: readonly { value: string; count: number }[] }) {
  const named = values.filter(({ value }) => value !== '');
  if (named.length === 0) return null;
  return (
    <div className={styles['facet']} role="group" aria-label={word}>
      <div className={styles['word']}>{word}</div>
      {named.slice(0, most).map(({ value, count }) => {
        const term = termOf(field, value);
        return (
          <button
            key={value}
            type="button"
            aria-pressed={hasTerm(filter, term)}
            onClick={() => onFilter(toggleTerm(filter, term))}
          >
            <Name>{value}</Name> <span className={styles['count']}>{count.toLocaleString('en')}</span>
          </button>
        );
      })}
      {named.length > most ? <div className={styles['word']}>and {named.length - most} more, by the filter</div> : null}
    </div>
  );
}
