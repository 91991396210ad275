import styles from './state-badge.module.css';
import { type State, states } from './states.ts';

/** A state with its sign and a word: its own, or what is more exact. */
export function StateBadge({
  state,
  word = states[state].word,
  title,
}: {
  state: State;
  word?: string;
  title?: string;
}) {
  return (
    <span className={styles['badge']} data-state={state} title={title}>
      <span aria-hidden="true">{states[state].sign}</span> {word}
    </span>
  );
}
