import styles from './name.module.css';

/** What somebody named: shown as text in one line, whole in the tip; it cannot turn the text around it. */
export function Name({ children }: { children: string }) {
  return (
    <bdi className={styles['name']} title={children}>
      {children}
    </bdi>
  );
}
