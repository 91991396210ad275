import { Fragment, type ReactNode } from 'react';
import styles from './facts.module.css';

/** What is known of one thing: words on the left, what they are on the right. Without a value a line is left out. */
export function Facts({ of }: { of: readonly (readonly [word: string, value: ReactNode])[] }) {
  return (
    <dl className={styles['facts']}>
      {of
        .filter(([, value]) => value !== '' && value !== null && value !== undefined)
        .map(([word, value]) => (
          <Fragment key={word}>
            <dt>{word}</dt>
            <dd>{value}</dd>
          </Fragment>
        ))}
    </dl>
  );
}
