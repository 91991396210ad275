import type { FleetConnections, FleetReply, FleetRequest } from '../../packages/daemon/src/fleet/connection.ts';
import { FleetFailure } from '../../packages/daemon/src/fleet/fleet-failure.ts';
import { sortFailure } from '../../packages/daemon/src/fleet/sort-failure.ts';
import type { DoorLife, DoorReply, InProcessDoor } from '../../packages/simulator/src/index.ts';

export type Identity = { certificate: string; fingerprint: string };

/** A connection remembers the certificate it was opened with, as a real one does, until its address closes. */
type Kept = { life: DoorLife; fingerprint: string };

/**
 * The daemon's connections to a fleet in the same process: pins, kept connections, deadlines and failures as over TLS,
 * without the cost of it.
 */
export function makeInProcessConnections(
  door: InProcessDoor,
  identity: Identity,
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
    try {
      const kept = connect(endpoint, request.fresh === true || request.fresh === 'keep');
      if (!endpoint.pins.includes(kept.fingerprint)) throw unknown(kept.fingerprint, facts);
      const reply = await within(request, facts, door.ask(new URL(endpoint.url).hostname, asked(request, identity)));
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

const late = (request: FleetRequest, facts: Facts): FleetFailure =>
  new FleetFailure({
    ...facts,
    kind: 'transient',
    code: 'server_timeout',
    reason: `no complete answer within ${request.deadlineMs / 1000} s`,
  });

const unknown = (shownFingerprint: string, facts: Facts): FleetFailure =>
  new FleetFailure({
    ...facts,
    kind: 'permanent',
    code: 'certificate_changed',
    reason: `it shows certificate ${shownFingerprint}, which is not pinned`,
    shownFingerprint,
  });
