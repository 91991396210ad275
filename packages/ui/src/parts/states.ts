/** What a thing is for who looks: colours that colour-blind eyes tell apart, always with a sign and a word. */
export type State = 'ready' | 'working' | 'waiting' | 'failed' | 'unreachable' | 'attention';

export const states: Record<State, { sign: string; word: string }> = {
  ready: { sign: '●', word: 'ready' },
  working: { sign: '◐', word: 'working' },
  waiting: { sign: '◌', word: 'waiting' },
  failed: { sign: '✕', word: 'failed' },
  unreachable: { sign: '○', word: 'unreachable' },
  attention: { sign: '!', word: 'needs attention' },
};
