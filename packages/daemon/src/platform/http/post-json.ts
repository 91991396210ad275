import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { rootCertificates } from 'node:tls';

export type Post = {
  url: string;
  headers: Readonly<Record<string, string>>;
  body: string;
  /** PEM: trusted beside the public authorities. */
  certificate: string;
  /** From the first look-up of a name to the last byte of the answer. */
  deadlineMs: number;
  signal: AbortSignal;
};

/** More of an answer than this is not read. */
const readAtMost = 64 * 1024;

/**
 * Sends JSON to a machine that is no server of ours and returns the status. Certificates are verified, redirects are not
 * followed, the answer is not looked at. Throws with a text for people.
 */
export async function postJson({ url, headers, body, certificate, deadlineMs, signal }: Post): Promise<number> {
  const deadline = AbortSignal.timeout(deadlineMs);
  try {
    return await send(url, headers, body, certificate, AbortSignal.any([signal, deadline]));
  } catch (error) {
    if (deadline.aborted) throw new Error(`no answer within ${deadlineMs / 1000} s`, { cause: error });
    throw error;
  }
}

const send = (
  url: string,
  headers: Readonly<Record<string, string>>,
  body: string,
  certificate: string,
  signal: AbortSignal,
): Promise<number> =>
  new Promise((resolve, reject) => {
    const isTls = url.startsWith('https:');
    const options = {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) },
      signal,
      agent: false as const,
      maxHeaderSize: 16 * 1024,
    };
    const trusted = certificate === '' ? {} : { ca: [...rootCertificates, certificate] };
    const request = isTls ? requestHttps(url, { ...options, ...trusted }) : requestHttp(url, options);
    request.once('error', reject);
    request.once('response', (response) => {
      let size = 0;
      response.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > readAtMost) response.destroy();
      });
      // What it says beyond its status is not needed; an answer that is cut short was still an answer.
      response.once('error', () => undefined);
      response.once('close', () => resolve(response.statusCode ?? 0));
    });
    request.end(body);
  });
