import { normalisePreseed } from '@operations-center/documents';
import { emptyServer } from '../testing/values.ts';
import type { Facts, LiveServer, Read, ServerFacts } from './facts.ts';

export const unread = (why: string): Read<never> => ({
  ...{ ok: false, why, code: 'server_timeout', call: '', status: null, error: null },
});
export const read = <T>(value: T): Read<T> => ({ ok: true, value });

/** A server of which nothing was read but what is given. */
export function factsOf(name: string, live: Partial<LiveServer> = {}): ServerFacts {
  const none = unread(`${name} was not asked`);
  const nothing: LiveServer = {
    ...{ ping: none, incus: none, environment: none, network: none, security: none, storage: none, update: none },
    ...{ applications: none, known_services: none, services: {}, contents: none, certificates: none, operations: none },
  };
  return { name, server: emptyServer(name), machine: name, live: { ...nothing, ...live } };
}

export function allFacts(servers: readonly ServerFacts[], preseed: object = {}): Facts {
  const checked = normalisePreseed(preseed);
  if (!checked.ok) throw new Error(JSON.stringify(checked.problems));
  const server_names = servers.map(({ name }) => name);
  return {
    request: {
      ...{ name: 'wonderful', connection_url: '', channel: 'stable', server_type: 'incus' },
      ...{ server_names, services: [], preseed: checked.value },
    },
    now: Date.now(),
    servers,
    rows: { same_name: undefined, channels: ['stable'], lvm_ids: [], registered: [] },
    lvm: [],
    keys: unread('nobody was asked'),
    own: { host: { machine_id: undefined, system_uuid: undefined, addresses: [] }, certificate: '', fingerprint: '' },
  };
}
