import type { Clock } from './clock.ts';
import type { Site } from './front-door.ts';
import type { IncusReply, IncusRequest } from './incus/member.ts';
import type { MishapName, Mishaps } from './mishaps.ts';

const SLOW_MS = 1_000;

export type MishapParts = {
  server: string;
  mishaps: Mishaps;
  clock: Clock;
  /** How a server never answers; it may throw what a client's deadline would bring in the end. */
  silence(signal: AbortSignal): Promise<never>;
};

/** A site whose calls can meet with mishaps: on sockets and in process the same. */
export function withMishaps(site: Site, parts: MishapParts): Site {
  const garbled = new WeakSet<IncusRequest>();
  return {
    ...site,
    // The server did nothing: on record as if a proxy before it had failed, whatever the client was shown.
    served: (request, status) => site.served(request, garbled.has(request) ? 502 : status),
    handle(request) {
      const { method, path } = request;
      const what = parts.mishaps.next({ server: parts.server, method, path });
      if (what === 'garbage') garbled.add(request);
      return what === undefined ? site.handle(request) : befall(site, request, what, parts);
    },
  };
}

async function befall(site: Site, request: IncusRequest, what: MishapName, parts: MishapParts): Promise<IncusReply> {
  switch (what) {
    case 'cut-before':
      throw cut();
    case 'silent-before':
      return parts.silence(request.signal);
    case 'garbage':
      return { status: 200, headers: { 'content-type': 'application/json' }, body: '{"type":"sync","meta' };
    case 'busy':
      return { status: 503, headers: { 'content-type': 'application/json' }, body: busyBody };
    case 'slow':
      await parts.clock.pause(SLOW_MS, request.signal);
      return site.handle(request);
    case 'cut-after':
    case 'silent-after': {
      const { status } = await site.handle(request);
      // Nobody gets the answer; that it was given is on record all the same.
      site.served(request, status);
      if (what === 'cut-after') throw cut();
      return parts.silence(request.signal);
    }
  }
}

const cut = (): Error => Object.assign(new Error('the connection is cut'), { code: 'ECONNRESET' });

const busyBody = JSON.stringify({
  type: 'error',
  status: '',
  status_code: 0,
  operation: '',
  error_code: 503,
  error: 'the server is busy',
  metadata: null,
});
