import { NativeSelect } from '@mantine/core';
import { factsOf, type InventoryKind, inventoryKindNames } from '@operations-center/contract';
import { useQuery } from '@tanstack/react-query';
import { facetsQuery } from '../../data/clusters.ts';
import styles from './inventory.module.css';
import { isKind } from './search.rules.ts';

type Choice = { kind: InventoryKind; onKind(kind: InventoryKind): void };

const wordOf = (kind: InventoryKind): string => {
  const { plural } = factsOf(kind);
  return plural.charAt(0).toUpperCase() + plural.slice(1);
};

/** Instances are looked for most; the others in the order of their words. */
const inOrder = inventoryKindNames.toSorted(
  (a, b) => Number(b === 'instance') - Number(a === 'instance') || wordOf(a).localeCompare(wordOf(b)),
);

function useCounts(): (kind: InventoryKind) => string {
  const { data } = useQuery(facetsQuery());
  return (kind) =>
    data === undefined ? '' : (data.kinds.find(({ value }) => value === kind)?.count ?? 0).toLocaleString('en');
}

export function KindList({ kind, onKind }: Choice) {
  const countOf = useCounts();
  return (
    <ul className={styles['kinds']} aria-label="Kinds">
      {inOrder.map((one) => (
        <li key={one}>
          <button
            type="button"
            aria-pressed={one === kind}
            data-none={countOf(one) === '0'}
            onClick={() => onKind(one)}
          >
            <span>{wordOf(one)}</span> <span className={styles['count']}>{countOf(one)}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}

/** The same where there is no room for a list. */
export function KindSelect({ kind, onKind }: Choice) {
  const countOf = useCounts();
  return (
    <NativeSelect
      size="xs"
      aria-label="Kind"
      value={kind}
      data={inOrder.map((value) => ({ value, label: `${wordOf(value)} ${countOf(value)}` }))}
      onChange={({ currentTarget: { value } }) => isKind(value) && onKind(value)}
    />
  );
}
