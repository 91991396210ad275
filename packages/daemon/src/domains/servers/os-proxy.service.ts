import { Fault } from '@operations-center/contract';
import type { FleetConnections } from '../../fleet/connection.ts';
import { FleetFailure } from '../../fleet/fleet-failure.ts';
import type { PassReply, PassRequest, ProxyHandler } from '../../platform/http/pass-through.ts';
import type { MainDatabase } from '../../schema.ts';
import { endpointOf, type ServerEndpoint } from './server.ts';
import { raiseNotFound } from './servers.service.ts';
import { findServer, outside } from './servers.store.ts';

/** IncusOS runs tools of the machine inside a request; updates and scrubs take minutes. */
const deadlineMs = 600_000;
/** Logs and backups are the largest answers there are. */
const maxBytes = 64 * 1024 * 1024;

/** A server's own IncusOS, asked through us: for what has no route of ours. Nothing is kept and nothing is repeated. */
export function makeOsProxy(parts: { database: MainDatabase; connections: FleetConnections }): ProxyHandler {
  const findEndpoint = async (name: string): Promise<ServerEndpoint> => {
    const row = (await findServer(outside(parts.database), name)) ?? raiseNotFound(name);
    const { fingerprint } = row;
    if (fingerprint !== null && row.connection_url !== '') return endpointOf({ ...row, fingerprint });
    throw new Fault('server_not_registered', `Server "${name}" has not registered yet`, { details: { server: name } });
  };
  return {
    name: 'server_os',
    pass: async (request) => passOn(parts.connections, await findEndpoint(request.params['name'] ?? ''), request),
  };
}

async function passOn(
  connections: FleetConnections,
  endpoint: ServerEndpoint,
  request: PassRequest,
): Promise<PassReply> {
  const { method, path, query, prefix, headers, body, signal } = request;
  try {
    return await connections.call(endpoint, {
      method,
      path: path + query,
      // IncusOS begins the URLs of its answers with this; OC leaves "/os" out, so that its URLs lead nowhere.
      headers: { 'content-type': 'application/json', ...headers, 'x-incusos-proxy': prefix },
      ...(body === undefined || body.length === 0 ? {} : { rawBody: body }),
      deadlineMs,
      maxBytes,
      // A kept connection that just ended would fail a request that nobody may repeat.
      fresh: true,
      signal,
    });
  } catch (error) {
    if (!(error instanceof FleetFailure)) throw error;
    const details = { server: endpoint.name, reason: error.reason };
    throw new Fault('server_os_failed', `Failed to ask IncusOS of server "${endpoint.name}": ${error.reason}`, {
      details,
      cause: error,
    });
  }
}
