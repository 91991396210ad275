import { Title } from '@mantine/core';
import type { ReactNode } from 'react';
import styles from './page.module.css';

/** The head of a page: what it shows, a word about it, what can be done; then the page. */
export function Page({
  title,
  note,
  actions,
  children,
}: {
  title: ReactNode;
  note?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}) {
  return (
    <>
      <header className={styles['head']}>
        <Title order={1} size="xl" className={styles['title']}>
          {title}
        </Title>
        <div className={styles['note']}>{note}</div>
        <div className={styles['actions']}>{actions}</div>
      </header>
      {children}
    </>
  );
}
