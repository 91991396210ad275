import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { type TlsOptions, Server as TlsServer } from 'node:tls';
import { type MadeCertificate, makeCertificate } from '@operations-center/tls';
import type { Endpoint } from './connection.ts';

/** What the server was asked, body included. */
export type Seen = {
  method: string;
  url: string;
  headers: IncomingMessage['headers'];
  body: string;
  clientFingerprint: string;
};
export type Answering = (seen: Seen, response: ServerResponse) => void;

/** A real TLS server on a loopback address that answers as a test says and can change its certificate. */
export type TestServer = AsyncDisposable & {
  endpoint: Endpoint;
  seen: Seen[];
  connections(): number;
  /** How many connections were made in all. */
  made(): number;
  show(certificate: MadeCertificate): void;
  cutAll(): void;
};

export async function startTestServer(
  certificate: MadeCertificate,
  answer: Answering,
  options: TlsOptions = {},
  upgrade?: (request: IncomingMessage, socket: Duplex, head: Buffer) => void,
): Promise<TestServer> {
  const seen: Seen[] = [];
  const open = new Set<{ destroy(): void }>();
  let made = 0;
  const http = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      // Every connection here is a TLS socket; node:http does not know that.
      const peer = (
        request.socket as unknown as { getPeerX509Certificate(): { fingerprint256: string } | undefined }
      ).getPeerX509Certificate();
      const clientFingerprint = peer?.fingerprint256.replaceAll(':', '').toLowerCase() ?? '';
      const one = { method, url, headers, body: Buffer.concat(chunks).toString('latin1'), clientFingerprint };
      seen.push(one);
      answer(one, response);
    });
  });
  if (upgrade !== undefined) http.on('upgrade', upgrade);
  const tls = new TlsServer({
    cert: certificate.certificate,
    key: certificate.key,
    requestCert: true,
    rejectUnauthorized: false,
    ALPNProtocols: ['http/1.1'],
    ...options,
  });
  tls.on('secureConnection', (socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket)).on('error', () => {});
    http.emit('connection', socket);
  });
  tls.on('tlsClientError', () => {});
  tls.on('connection', () => {
    made += 1;
  });
  await new Promise<void>((resolve) => tls.listen(0, '127.0.0.1', resolve));
  // A TCP server's address is never a path.
  const { port } = tls.address() as AddressInfo;
  return {
    endpoint: { name: 'server1', url: `https://127.0.0.1:${port}`, pins: [certificate.fingerprint] },
    seen,
    connections: () => open.size,
    made: () => made,
    show: (next) => tls.setSecureContext({ cert: next.certificate, key: next.key }),
    cutAll: () => {
      for (const socket of open) socket.destroy();
    },
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => tls.close(resolve));
    },
  };
}

export const testCertificate = (name: string): Promise<MadeCertificate> =>
  makeCertificate({ commonName: name, dnsNames: [name], addresses: ['127.0.0.1'] });

/** Answers JSON, as Incus does. */
export function answerJson(
  response: ServerResponse,
  status: number,
  value: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(`${JSON.stringify(value)}\n`);
}
