import type { Route } from './call.ts';
import { Refusal, success } from './envelope.ts';
import type { OsCall } from './incus-os.ts';

/** What only the machine's own console may ask: never through a proxy. */
function onlyLocal(call: OsCall): void {
  if (call.prefix !== undefined) throw new Refusal(403);
}

export const ROOT_ROUTES: readonly Route[] = [
  { path: '/', GET: (call) => success([`${call.prefix ?? ''}/1.0`]) },
  { path: '/1.0', GET: (call) => success({ environment: environmentOf(call) }) },
  {
    path: '/internal/tui/:write-message',
    POST: (call) => {
      onlyLocal(call);
      if (call.body.length === 0) throw new Refusal(400, 'no log message provided');
      return success();
    },
  },
  {
    path: '/internal/secureboot',
    GET: (call) => {
      onlyLocal(call);
      return success({ pk: '', kek: [], db: [], dbx: [] });
    },
  },
  ...['/internal/auth/:generate-registration', '/internal/auth/:generate-token'].map((path) => ({
    path,
    POST: (call: OsCall) => {
      onlyLocal(call);
      throw new Refusal(501);
    },
  })),
];

function environmentOf(call: OsCall) {
  const { state, clock } = call.os;
  return {
    hostname: hostnameOf(call.os),
    machine_id: state.machine_id,
    os_name: 'IncusOS',
    os_version: state.os_version,
    os_version_next: state.os_version_next,
    ...(state.os_version_alternate === undefined ? {} : { os_version_alternate: state.os_version_alternate }),
    system_is_ready: state.system_is_ready,
    uptime: Math.max(0, Math.floor((clock.nowMs() - state.booted_at_ms) / 1000)),
  };
}

/** DNS host name and domain, else the DMI product UUID. */
export function hostnameOf(os: OsCall['os']): string {
  const dns = os.state.network.config['dns'];
  const text = (key: string) => String((typeof dns === 'object' && dns !== null && Reflect.get(dns, key)) || '');
  const hostname = text('hostname');
  if (hostname === '') return os.identity.system_uuid;
  return text('domain') === '' ? hostname : `${hostname}.${text('domain')}`;
}
