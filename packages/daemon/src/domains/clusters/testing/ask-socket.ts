import { request } from 'node:http';

// What the API answers is checked by what is expected of it.
// oxlint-disable-next-line typescript/no-explicit-any
export type Reply = { status: number; headers: Record<string, string | string[] | undefined>; body: any };

export type AskOptions = { headers?: Record<string, string>; signal?: AbortSignal };

export function askSocket(
  socketPath: string,
  method: string,
  path: string,
  body: unknown,
  { headers = {}, signal }: AskOptions,
): Promise<Reply> {
  const text = body === undefined ? undefined : JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const options = { socketPath, method, path, agent: false, headers, ...(signal === undefined ? {} : { signal }) };
    const sent = request(options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: JSON.parse(Buffer.concat(chunks).toString()),
        }),
      );
    });
    sent.on('error', reject);
    sent.end(text);
  });
}
