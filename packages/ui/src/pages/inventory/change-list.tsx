import { Text } from '@mantine/core';
import type { InventoryChange } from '@operations-center/contract';
import { When } from '../../parts/time/when.tsx';
import styles from './inventory.module.css';

/** What became of an object, newest first: also under names it had before. */
export function ChangeList({ changes }: { changes: readonly InventoryChange[] }) {
  if (changes.length === 0) return <Text size="sm">Nothing is kept of it.</Text>;
  return (
    <ol className={styles['history']}>
      {changes.map(({ at, change, before, name, fields, more }) => (
        <li key={`${at} ${change} ${name}`}>
          <When at={at} /> <strong>{change}</strong>
          {before === null
            ? ''
            : ` (before: ${[before.name, before.server].filter((part) => part !== '').join(' on ')})`}
          <ul>
            {fields.map(({ path, from, to }) => (
              <li key={path}>
                {path}: {wordOf(from)} → {wordOf(to)}
              </li>
            ))}
          </ul>
          {more > 0 ? `and ${more} more` : ''}
        </li>
      ))}
    </ol>
  );
}

const wordOf = (value: unknown): string => (value === undefined ? 'not there' : JSON.stringify(value));
