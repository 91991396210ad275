import { Button, TextInput } from '@mantine/core';
import styles from './inventory.module.css';

/** The browser's own field for a time knows the user's clock; the API takes UTC. */
const toLocal = (utc: string): string => {
  const ms = Date.parse(utc);
  return Number.isNaN(ms) ? '' : new Date(ms - new Date(ms).getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
};

/** A time in the past to look at; while one is chosen that is said loudly. */
export function AsOf({ value, onChange }: { value: string | undefined; onChange(utc: string): void }) {
  return (
    <div className={styles['asOf']} data-past={value !== undefined}>
      {value === undefined ? null : <strong>This is the past</strong>}
      <TextInput
        size="xs"
        type="datetime-local"
        aria-label="As it was at this time"
        value={value === undefined ? '' : toLocal(value)}
        onChange={({ currentTarget: { value: local } }) => onChange(local === '' ? '' : new Date(local).toISOString())}
      />
      {value === undefined ? null : (
        <Button size="xs" variant="default" onClick={() => onChange('')}>
          Now
        </Button>
      )}
    </div>
  );
}
