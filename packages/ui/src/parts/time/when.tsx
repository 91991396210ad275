import { useState } from 'react';
import { useNowMs } from './now.ts';
import { ago, clockTime } from './time.rules.ts';
import { useUtc } from './utc.ts';
import styles from './when.module.css';

type Moment = { at: string } | { ms: number };
const msOf = (moment: Moment): number => ('ms' in moment ? moment.ms : Date.parse(moment.at));

/** Before the first year of ours: what Go writes for "never". */
const isNever = (ms: number): boolean => Number.isNaN(ms) || ms <= 0;

/** A time of day; UTC by hover and by tap. */
export function When(moment: Moment) {
  const isUtc = useUtc();
  const [isTapped, setTapped] = useState(false);
  const ms = msOf(moment);
  if (isNever(ms)) return <>never</>;
  return (
    <time dateTime={new Date(ms).toISOString()} title={clockTime(ms, true)}>
      <button type="button" className={styles['plain']} onClick={() => setTapped(!isTapped)}>
        {clockTime(ms, isUtc !== isTapped)}
      </button>
    </time>
  );
}

/** How long ago something was; when exactly by hover. */
export function Age(moment: Moment) {
  const nowMs = useNowMs();
  const ms = msOf(moment);
  if (isNever(ms)) return <>never</>;
  return (
    <time dateTime={new Date(ms).toISOString()} title={`${clockTime(ms, false)} · ${clockTime(ms, true)}`}>
      {ago(ms, nowMs)}
    </time>
  );
}
