import type { TLSSocket } from 'node:tls';
import { type Exchange, sendRequest, withLength } from './exchange.ts';
import type { SendExchange } from './unix.ts';

export type HttpsTarget = {
  address: string;
  /** The pinned certificate; empty: the system's authorities decide. */
  serverCertificate: string;
  certificate: string;
  key: string;
};

const connectTimeoutMs = 10_000;

/** Talks to a daemon elsewhere: the certificate is checked before the first byte of every request. */
export function httpsTransport(target: HttpsTarget): SendExchange {
  const url = new URL(target.address);
  return async (exchange) => {
    const socket = await openSocketTo(target);
    return sendRequest(await requestOver(socket, url, exchange), exchange);
  };
}

/** A connection whose other end was checked, with nothing sent over it. */
export function openSocketTo(target: HttpsTarget): Promise<TLSSocket> {
  const url = new URL(target.address);
  return target.serverCertificate === '' ? openTrusted(url, target) : openPinned(url, target);
}

/** No agent: one would open a connection of its own, unchecked, instead of using this one. */
async function requestOver(socket: TLSSocket, url: URL, exchange: Exchange) {
  const { request } = await import('node:http');
  return request({
    createConnection: () => socket,
    host: url.hostname,
    port: portOf(url),
    method: exchange.method,
    path: exchange.path,
    headers: { ...withLength(exchange), connection: 'close' },
    ...(exchange.signal === undefined ? {} : { signal: exchange.signal }),
  });
}

async function openPinned(url: URL, target: HttpsTarget): Promise<TLSSocket> {
  const { fingerprintOfPem, pinnedSocket } = await import('@operations-center/tls');
  return pinnedSocket(
    { hostname: url.hostname, port: portOf(url) },
    {
      pins: [fingerprintOfPem(target.serverCertificate)],
      certificate: target.certificate,
      key: target.key,
      connectTimeoutMs,
    },
  );
}

/** A connection whose certificate the system's authorities vouch for. Rejects with Node's TLS error if they do not. */
export function openTrusted(url: URL, identity: { certificate: string; key: string }): Promise<TLSSocket> {
  return openTls(url, identity, true);
}

/** A connection just to see which certificate the other end shows; nothing may be sent over it. */
export function openAnyway(url: URL, identity: { certificate: string; key: string }): Promise<TLSSocket> {
  return openTls(url, identity, false);
}

async function openTls(url: URL, identity: { certificate: string; key: string }, strict: boolean): Promise<TLSSocket> {
  const { connect } = await import('node:tls');
  return new Promise((resolve, reject) => {
    const host = url.hostname.replace(/^\[|\]$/g, '');
    const socket = connect({
      host,
      port: portOf(url),
      ...(/^[\d.]+$|:/.test(host) ? {} : { servername: host }),
      cert: identity.certificate,
      key: identity.key,
      minVersion: 'TLSv1.3',
      ALPNProtocols: ['http/1.1'],
      rejectUnauthorized: strict,
    });
    socket.setTimeout(connectTimeoutMs, () =>
      socket.destroy(
        Object.assign(new Error(`no connection within ${connectTimeoutMs / 1000} s`), { code: 'ETIMEDOUT' }),
      ),
    );
    socket.once('error', reject);
    socket.once('secureConnect', () => {
      socket.setTimeout(0);
      socket.off('error', reject);
      resolve(socket);
    });
  });
}

const portOf = (url: URL): number => Number(url.port || 443);
