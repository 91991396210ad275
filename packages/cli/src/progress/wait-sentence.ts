import type { OperationWait } from '@operations-center/contract';
import { showElapsed } from '../output/time.ts';

/** What is waited for, since when, what was last seen and what ends it: one sentence. */
export function waitSentence(wait: OperationWait, now: number): string {
  const since = showElapsed(now - Date.parse(wait.since));
  // What was seen when it began says nothing more.
  const isNews = wait.observed !== null && Date.parse(wait.observed.at) > Date.parse(wait.since);
  const seen = !isNews ? '' : `, last "${wait.observed.text}" ${showAgo(now - Date.parse(wait.observed.at))} ago`;
  return `waiting for: ${wait.for} – since ${since}${seen}; until ${wait.unblocks}`;
}

const showAgo = (ms: number): string => {
  const seconds = Math.max(0, Math.round(ms / 1000));
  return seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
};
