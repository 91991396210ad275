import { Button } from '@mantine/core';
import { useState } from 'react';
import styles from './json-tree.module.css';

/** So many entries of one list or map are shown at once. */
const most = 500;
const longest = 2_000;

/** A document whose parts fold; what is folded is not made. Copied, it is whole. */
export function JsonTree({ name, document }: { name: string; document: unknown }) {
  return (
    <div className={styles['frame']}>
      <Button
        className={styles['copy']}
        size="xs"
        variant="default"
        onClick={() => void navigator.clipboard.writeText(JSON.stringify(document, null, 2))}
      >
        Copy
      </Button>
      <div className={styles['tree']} role="group" aria-label={`Document of ${name.slice(0, 100)}`}>
        <Entries of={document} />
      </div>
    </div>
  );
}

function Entries({ of }: { of: unknown }) {
  if (!isBranch(of)) return <Leaf value={of} />;
  const entries = Object.entries(of);
  return (
    <ul>
      {entries.slice(0, most).map(([key, value]) => (
        <li key={key}>
          {isBranch(value) && sizeOf(value) > 0 ? (
            <Branch name={key} value={value} />
          ) : (
            <Line name={key} value={value} />
          )}
        </li>
      ))}
      {entries.length > most ? <li>and {entries.length - most} more; copy it to see them all</li> : null}
    </ul>
  );
}

/** Few and small is open; what is long is a click away. */
function Branch({ name, value }: { name: string; value: object }) {
  const [isOpen, setOpen] = useState(sizeOf(value) <= 20 && JSON.stringify(value).length <= 1_000);
  const size = sizeOf(value);
  return (
    <details open={isOpen} onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>
        <bdi className={styles['key']}>{name}</bdi>{' '}
        <span className={styles['size']}>
          {Array.isArray(value) ? '[' : '{'}
          {size}
          {Array.isArray(value) ? ']' : '}'}
        </span>
      </summary>
      {isOpen ? <Entries of={value} /> : null}
    </details>
  );
}

const Line = ({ name, value }: { name: string; value: unknown }) => (
  <span className={styles['line']}>
    <bdi className={styles['key']}>{name}</bdi>: <Leaf value={value} />
  </span>
);

function Leaf({ value }: { value: unknown }) {
  const text = JSON.stringify(value) ?? '';
  return (
    <bdi className={styles['value']} data-type={typeof value}>
      {text.length > longest ? `${text.slice(0, longest)}… (${text.length.toLocaleString('en')} characters)` : text}
    </bdi>
  );
}

const isBranch = (value: unknown): value is object => typeof value === 'object' && value !== null;
const sizeOf = (value: object): number => Object.keys(value).length;
