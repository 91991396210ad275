import type { FleetConnections, FleetReply, FleetRequest } from '../../packages/daemon/src/fleet/connection.ts';
import { FleetFailure } from '../../packages/daemon/src/fleet/fleet-failure.ts';
import { sortFailure } from '../../packages/daemon/src/fleet/sort-failure.ts';
import type { DoorLife, DoorReply, InProcessDoor } from '../../packages/simulator/src/index.ts';

export type Identity = { certificate: string; fingerprint: string };

/** What happens to one call on its way, decided before it goes out; undefined: nothing. */
export type Mishap = 'refused' | 'cut before' | 'cut after' | 'silent' | 'silent after' | 'garbage' | 'busy' | 'slow';
export type MishapOf = (call: { server: string; method: string; path: string }) => Mishap | undefined;

/** A connection remembers the certificate it was opened with, as a real one does, until its address closes. */
type Kept = { life: DoorLife; fingerprint: string };

/**
 * The daemon's connections to a fleet in the same process: pins, kept connections, deadlines and failures as over TLS,
 * without the cost of it. A server that stays silent is given up at once: the deadline is known to come.
 */
export function makeInProcessConnections(
  door: InProcessDoor,
  identity: Identity,
  mishapOf: MishapOf = () => undefined,
): FleetConnections & { readShownCertificate(endpoint: { name: string; url: string }): Promise<string> } {
  const idle = new Map<string, Kept[]>();

  function connect(endpoint: { url: string; pins: readonly string[] }, fresh: boolean): Kept {
    const key = `${endpoint.url} ${[...endpoint.pins].sort().join(' ')}`;
    const kept = fresh ? undefined : idle.get(key)?.pop();
    if (kept !== undefined && !kept.life.closed.aborted) return kept;
    const { life, certificate } = door.connect(new URL(endpoint.url).hostname);
    return { life, fingerprint: certificate.fingerprint };
  }

  const giveBack = (endpoint: { url: string; pins: readonly string[] }, kept: Kept): void => {
    const key = `${endpoint.url} ${[...endpoint.pins].sort().join(' ')}`;
    idle.set(key, [...(idle.get(key) ?? []), kept]);
  };

  const call: FleetConnections['call'] = async (endpoint, request) => {
    request.signal.throwIfAborted();
    const facts = { server: endpoint.name, call: `${request.method} ${request.path}` };
    const mishap = mishapOf({ server: endpoint.name, method: request.method, path: request.path });
    try {
      if (mishap === 'refused') throw broken('ECONNREFUSED');
      const kept = connect(endpoint, request.fresh === true || request.fresh === 'keep');
      if (!endpoint.pins.includes(kept.fingerprint)) throw unknown(kept.fingerprint, facts);
      const early = mishap === undefined ? undefined : beforeItArrives(mishap, request, facts, kept);
      if (early !== undefined) return early;
      if (mishap === 'slow') await new Promise((resolve) => setTimeout(resolve, 30));
      const reply = await within(request, facts, door.ask(new URL(endpoint.url).hostname, asked(request, identity)));
      if (mishap === 'cut after') throw broken('ECONNRESET');
      if (mishap === 'silent after') throw late(request, facts);
      if (request.fresh !== true) giveBack(endpoint, kept);
      return toReply(reply, kept);
    } catch (error) {
      request.signal.throwIfAborted();
      throw sortFailure(error, facts.server, facts.call);
    }
  };

  return {
    call,
    size: { idle: 0, busy: 0 },
    close: async () => idle.clear(),
    async readShownCertificate({ name, url }) {
      try {
        return door.connect(new URL(url).hostname).certificate.certificate;
      } catch (error) {
        throw sortFailure(error, name, 'TLS handshake');
      }
    },
  };
}

type Facts = { server: string; call: string };

/** An answer or a failure that the server knows nothing about. */
function beforeItArrives(mishap: Mishap, request: FleetRequest, facts: Facts, kept: Kept): FleetReply | undefined {
  if (mishap === 'cut before') throw broken('ECONNRESET');
  if (mishap === 'silent') throw late(request, facts);
  if (mishap === 'garbage') return replyOf(200, '{"type":"sy', kept);
  if (mishap === 'busy') return replyOf(503, error503, kept);
  return undefined;
}

const error503 = JSON.stringify({
  type: 'error',
  status: '',
  status_code: 0,
  operation: '',
  error_code: 503,
  error: 'Incus is busy',
  metadata: null,
});

function replyOf(status: number, text: string, kept: Kept): FleetReply {
  return { status, headers: {}, bytes: Buffer.from(text), etag: undefined, shownFingerprint: kept.fingerprint };
}

function toReply({ status, headers, body }: DoorReply, kept: Kept): FleetReply {
  const flat = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  return { status, headers: flat, bytes: body, etag: flat['etag'], shownFingerprint: kept.fingerprint };
}

function asked(request: FleetRequest, identity: Identity) {
  const query = Object.entries(request.query ?? {}).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  const body = request.rawBody ?? Buffer.from(request.body === undefined ? '' : JSON.stringify(request.body));
  return {
    method: request.method,
    path: request.path,
    query: new URLSearchParams(query),
    headers: request.ifMatch === undefined ? {} : { 'if-match': request.ifMatch },
    body: Buffer.from(body),
    clientFingerprint: identity.fingerprint,
    clientCertificatePem: identity.certificate,
    signal: request.signal,
  };
}

async function within(request: FleetRequest, facts: Facts, work: Promise<DoorReply>): Promise<DoorReply> {
  let end = (): void => {};
  const given = new Promise<never>((_, reject) => {
    const timer = setTimeout(() => reject(late(request, facts)), request.deadlineMs);
    const abort = (): void => reject(request.signal.reason as Error);
    request.signal.addEventListener('abort', abort, { once: true });
    end = () => {
      clearTimeout(timer);
      request.signal.removeEventListener('abort', abort);
    };
  });
  try {
    return await Promise.race([work, given]);
  } finally {
    end();
  }
}

const broken = (code: string): Error => Object.assign(new Error(code), { code });

const late = (request: FleetRequest, facts: Facts): FleetFailure =>
  new FleetFailure({
    ...facts,
    kind: 'transient',
    code: 'server_timeout',
    reason: `no complete answer within ${request.deadlineMs} ms`,
  });

const unknown = (shownFingerprint: string, facts: Facts): FleetFailure =>
  new FleetFailure({
    ...facts,
    kind: 'permanent',
    code: 'certificate_changed',
    reason: `it shows certificate ${shownFingerprint}, which is not pinned`,
    shownFingerprint,
  });
