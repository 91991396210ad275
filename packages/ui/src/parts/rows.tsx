import type { ReactNode } from 'react';
import styles from './rows.module.css';

/** A short table: all rows are there. `wide` columns are left out on a phone. */
export function Rows({
  name,
  heads,
  rows,
}: {
  name: string;
  heads: readonly (string | { title: string; wide: true })[];
  rows: readonly { key: string; cells: readonly ReactNode[] }[];
}) {
  const isWide = (index: number): boolean => typeof heads[index] === 'object';
  return (
    <table className={styles['rows']} aria-label={name}>
      <thead>
        <tr>
          {heads.map((head) => (
            <th key={typeof head === 'object' ? head.title : head} scope="col" data-wide={typeof head === 'object'}>
              {typeof head === 'object' ? head.title : head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ key, cells }) => (
          <tr key={key}>
            {cells.map((cell, index) => (
              <td key={index} data-wide={isWide(index)}>
                {cell}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
