import type { ServerAnswer } from '@operations-center/contract';

/** What a server is for who looks: a colour that colour-blind eyes tell apart, a sign, and a word. */
export type ServerState = 'ready' | 'working' | 'waiting' | 'failed' | 'unreachable' | 'attention';

export const serverStates: Record<ServerState, { sign: string; word: string }> = {
  ready: { sign: '●', word: 'ready' },
  working: { sign: '◐', word: 'working' },
  waiting: { sign: '◌', word: 'waiting' },
  failed: { sign: '✕', word: 'failed' },
  unreachable: { sign: '○', word: 'unreachable' },
  attention: { sign: '!', word: 'needs attention' },
};

export function serverState({
  server_status,
  server_status_detail,
}: Pick<ServerAnswer, 'server_status' | 'server_status_detail'>): ServerState {
  if (server_status === 'offline') return 'unreachable';
  if (server_status === 'pending' || server_status === 'unregistered') return 'waiting';
  if (server_status !== 'ready') return 'attention';
  return /updat|reboot|evacuat|restor/.test(server_status_detail) ? 'working' : 'ready';
}
