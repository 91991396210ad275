import type { FaultCode } from './faults.ts';
import type { Access } from './route.ts';

/**
 * A door behind which another program answers: some methods, any path below `mount`, and its answer as it came. No
 * route of the table, because neither body nor answer is ours to describe.
 */
export type ProxySpec = {
  name: string;
  /** What stands before `mount` names who answers. */
  path: string;
  mount: string;
  about: string;
  access: Access;
  /** Larger bodies are refused with 413 before they are read. */
  bodyLimit: number;
  faults: readonly FaultCode[];
};

export const proxyMethods = ['GET', 'PUT', 'POST', 'PATCH', 'DELETE'] as const;

export const proxies = {
  server_os: {
    name: 'server_os',
    path: '/1.0/provisioning/servers/{name}',
    mount: '/os',
    about: "Ask a server's IncusOS directly: request and answer pass through unread",
    // Also for reading, as IncusOS and OC have it: its answers hold recovery keys.
    access: 'can_edit',
    // Incus itself passes no more than this to its IncusOS (engineering E6).
    bodyLimit: 1024 * 1024,
    faults: ['server_not_found', 'server_not_registered', 'server_os_failed', 'proxy_path_invalid'],
  },
} as const satisfies Record<string, ProxySpec>;

export type ProxyName = keyof typeof proxies;
