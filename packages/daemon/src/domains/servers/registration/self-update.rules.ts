import type { ServerSelfUpdate } from '@operations-center/contract';
import type { ServerRow } from '../document/server-rows.ts';

export type SelfUpdateDecision = {
  change: Partial<Pick<ServerRow, 'connection_url' | 'status' | 'status_detail' | 'status_reason'>>;
  poll: boolean;
};

type Known = Pick<ServerRow, 'connection_url' | 'status' | 'status_detail' | 'status_reason'>;

const nothing: SelfUpdateDecision = { change: {}, poll: false };
const look: SelfUpdateDecision = { change: {}, poll: true };

/** What follows from a server's own word, by its cause. Unknown causes come from newer servers and change nothing. */
export function decideSelfUpdate(server: Known, { cause, connection_url }: ServerSelfUpdate): SelfUpdateDecision {
  switch (cause) {
    case '':
    case 'network-config-changed':
      return connection_url === '' ? look : { change: differing(server, { connection_url }), poll: true };
    case 'system-is-ready':
      return isReady(server);
    case 'application-update-applied':
      return server.status_detail === 'updating application' ? { change: { status_detail: '' }, poll: true } : look;
    case 'os-update-applied':
    case 'network-interface-state-changed':
    case 'storage-config-changed':
      return look;
    case 'system-reboot-triggered':
      return {
        change: differing(server, { status: 'offline', status_detail: 'rebooting', status_reason: '' }),
        poll: false,
      };
    case 'system-shutdown-triggered':
      return {
        change: differing(server, { status: 'offline', status_detail: 'shut down', status_reason: '' }),
        poll: false,
      };
    default:
      return nothing;
  }
}

/** A new server is ready once we have looked; one with a strange certificate never by its own word. */
function isReady(server: Known): SelfUpdateDecision {
  if (server.status === 'pending' || server.status_reason.startsWith('certificate_changed')) return look;
  return { change: differing(server, { status: 'ready', status_detail: '', status_reason: '' }), poll: true };
}

function differing(server: Known, wanted: SelfUpdateDecision['change']): SelfUpdateDecision['change'] {
  // The keys of `wanted` are columns of `server`.
  const entries = Object.entries(wanted) as [keyof Known, never][];
  return Object.fromEntries(entries.filter(([column, value]) => server[column] !== value));
}
