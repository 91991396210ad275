import type { ClientRequest, IncomingMessage } from 'node:http';

export type Exchange = {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: string | Uint8Array | undefined;
  signal: AbortSignal | undefined;
};
/** `text` is read from `bytes` when it is asked for. */
export type Reply = { status: number; headers: Record<string, string | undefined>; text: string; bytes: Buffer };

/** How long an answer may take to begin: OC's synchronous creation of a cluster is one long request. */
export const answerTimeoutMs = 3_600_000;
/** A list of a hundred thousand objects is 426 MB; what is larger is no answer of this API. */
const replyLimitBytes = 2_000_000_000;

/** The other end answered, but with more than we read. */
export class ReplyTooLarge extends Error {
  readonly code = 'REPLY_TOO_LARGE';
}

/** Sends a prepared request and reads its whole answer. Rejects with the socket's error, or the signal's reason. */
export function sendRequest(request: ClientRequest, exchange: Exchange): Promise<Reply> {
  return new Promise((resolve, reject) => {
    request.setTimeout(answerTimeoutMs, () =>
      request.destroy(Object.assign(new Error('no answer within an hour'), { code: 'ETIMEDOUT' })),
    );
    request.once('error', reject);
    request.once('response', (response) => {
      readReply(response).then(resolve, reject);
    });
    request.end(exchange.body);
  });
}

async function readReply(response: IncomingMessage): Promise<Reply> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response) {
    const bytes = chunk as Buffer; // no encoding was set, so these are buffers
    size += bytes.length;
    if (size > replyLimitBytes) {
      response.destroy();
      throw new ReplyTooLarge(`the answer is larger than ${replyLimitBytes} bytes`);
    }
    chunks.push(bytes);
  }
  const headers = Object.fromEntries(
    Object.entries(response.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  );
  const bytes = Buffer.concat(chunks);
  return {
    status: response.statusCode ?? 0,
    headers,
    bytes,
    get text() {
      return bytes.toString('utf8');
    },
  };
}

/** Node counts the length of a body only when it is told; a body of unknown length is refused by some. */
export const withLength = (exchange: Exchange): Record<string, string> =>
  exchange.body === undefined
    ? exchange.headers
    : { ...exchange.headers, 'content-length': String(Buffer.byteLength(exchange.body)) };
