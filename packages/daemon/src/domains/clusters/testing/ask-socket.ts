import { request } from 'node:http';

export type Reply = {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  bytes: Buffer;
  text: string;
  /** What a JSON text says, checked by what is expected of it; of another text, undefined. */
  // oxlint-disable-next-line typescript/no-explicit-any
  body: any;
};

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
      response.on('end', () => {
        const bytes = Buffer.concat(chunks);
        const text = bytes.toString();
        const body: unknown = /^[[{]/.test(text) ? JSON.parse(text) : undefined;
        resolve({ status: response.statusCode ?? 0, headers: response.headers, bytes, text, body });
      });
    });
    sent.on('error', reject);
    sent.end(text);
  });
}
