import type { Api } from '../../../api.ts';
import { CliFailure } from '../../../failures/failure.ts';
import type { Reply } from '../../../transport/exchange.ts';

export type OsRequest = { method: 'GET' | 'PUT' | 'POST'; path: string; body?: unknown };

/** Asks the IncusOS of a server through the daemon; the answer is its own, so it may hold anything. */
export async function askOs(api: Api, server: string, request: OsRequest): Promise<unknown> {
  return readOsReply(api, server, await sendToOs(api, server, request));
}

export const sendToOs = (api: Api, server: string, { method, path, body }: OsRequest): Promise<Reply> =>
  api.send({
    method,
    path: `/1.0/provisioning/servers/${encodeURIComponent(server)}/os/1.0${path}`,
    headers: body === undefined ? {} : { 'content-type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
  });

/** The metadata of a success. What the daemon itself refuses has a code; what has none was said by IncusOS. */
export async function readOsReply(api: Api, server: string, reply: Reply): Promise<unknown> {
  const { readReply } = await import('@operations-center/contract');
  const result = readReply<unknown>(reply);
  if (result.kind !== 'fault' || result.code !== '') return api.unwrap(result);
  throw new CliFailure({
    what: `IncusOS of ${server}: ${result.message || `refused with status ${result.status}`}`,
    code: `os_status_${result.status}`,
  });
}
