import type { Api } from '../../../api.ts';
import { CliFailure } from '../../../failures/failure.ts';
import type { Reply } from '../../../transport/exchange.ts';

/** `body` is sent as JSON, `archive` as it is. */
type OsRequest = { method: 'GET' | 'PUT' | 'POST'; path: string; body?: unknown; archive?: Uint8Array };

/** Asks the IncusOS of a server through the daemon; the answer is its own, so it may hold anything. */
export async function askOs(api: Api, server: string, request: OsRequest): Promise<unknown> {
  return readOsReply(api, server, await sendToOs(api, server, request));
}

/** Asks for an archive: bytes, or a refusal in the envelope. */
export async function askOsForBytes(api: Api, server: string, request: OsRequest): Promise<Buffer> {
  const reply = await sendToOs(api, server, request);
  if (reply.status === 200 && reply.headers['content-type'] !== 'application/json') return reply.bytes;
  await readOsReply(api, server, reply);
  throw new CliFailure({
    what: `IncusOS of ${server} sent no archive`,
    fix: `See what it says of itself: operations-center provisioning server os show ${server}:`,
    code: 'answer_unreadable',
  });
}

function sendToOs(api: Api, server: string, { method, path, body, archive }: OsRequest): Promise<Reply> {
  const type = archive === undefined ? 'application/json' : 'application/gzip';
  const content = archive ?? (body === undefined ? undefined : JSON.stringify(body));
  return api.send({
    method,
    path: `/1.0/provisioning/servers/${encodeURIComponent(server)}/os/1.0${path}`,
    headers: content === undefined ? {} : { 'content-type': type },
    body: content,
  });
}

/** The metadata of a success. What the daemon itself refuses has a code; what has none was said by IncusOS. */
async function readOsReply(api: Api, server: string, reply: Reply): Promise<unknown> {
  const { readReply } = await import('@operations-center/contract');
  const result = readReply<unknown>(reply);
  if (result.kind !== 'fault' || result.code !== '') return api.unwrap(result);
  throw new CliFailure({
    what: `IncusOS of ${server}: ${result.message || `refused with status ${result.status}`}`,
    fix: `That is its own word; what it has: operations-center provisioning server os show ${server}:`,
    code: `os_status_${result.status}`,
  });
}
