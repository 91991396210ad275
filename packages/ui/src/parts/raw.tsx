import { Button } from '@mantine/core';
import styles from './raw.module.css';

/** A document as it came, as text that can be copied. */
export function Raw({ name, document }: { name: string; document: unknown }) {
  const text = typeof document === 'string' ? document : JSON.stringify(document, null, 2);
  return (
    <div className={styles['frame']}>
      <Button
        className={styles['copy']}
        size="compact-xs"
        variant="default"
        onClick={() => void navigator.clipboard.writeText(text)}
      >
        Copy
      </Button>
      {/* It scrolls, so the keyboard must reach it. */}
      <pre className={styles['text']} tabIndex={0} role="region" aria-label={name}>
        {text}
      </pre>
    </div>
  );
}
