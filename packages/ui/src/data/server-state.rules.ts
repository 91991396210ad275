import type { ServerAnswer } from '@operations-center/contract';
import type { State } from '../parts/states.ts';

export function serverState({
  server_status,
  server_status_detail,
}: Pick<ServerAnswer, 'server_status' | 'server_status_detail'>): State {
  if (server_status === 'offline') return 'unreachable';
  if (server_status === 'pending' || server_status === 'unregistered') return 'waiting';
  if (server_status !== 'ready') return 'attention';
  return /updat|reboot|evacuat|restor/.test(server_status_detail) ? 'working' : 'ready';
}

/** `offline: unreachable: no answer for 3 min`: the status, and what is more exact than it. */
export function serverSentence({
  server_status,
  server_status_detail,
  server_status_reason,
}: Pick<ServerAnswer, 'server_status' | 'server_status_detail' | 'server_status_reason'>): string {
  return [server_status, server_status_reason || server_status_detail].filter((part) => part !== '').join(': ');
}
