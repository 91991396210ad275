import type { IncomingMessage } from 'node:http';
import { TLSSocket } from 'node:tls';
import { plainFingerprint } from '@operations-center/tls';
import type { Caller } from '../../platform/http/answer.ts';

type Leaf = { fingerprint: string; pem: string; notBeforeMs: number; notAfterMs: number };

/** The leaf of a connection does not change while it lives, so it is read once; whether it is trusted is asked each time. */
const leaves = new WeakMap<TLSSocket, Leaf | undefined>();

/**
 * Says who asks. The unix socket has full rights, as its file mode says; a TLS client has them if its leaf is trusted
 * and inside its validity.
 */
export const makeCallerOf =
  (parts: {
    isTrusted(fingerprint: string): boolean;
    /** The session of a browser by the header `Cookie`. */
    findSession?(cookie: string | undefined): { id: string; made_by: string } | undefined;
    nowMs(): number;
  }) =>
  (request: IncomingMessage): Caller => {
    const { socket } = request;
    if (!(socket instanceof TLSSocket)) return local;
    const session = parts.findSession?.(request.headers.cookie);
    if (session !== undefined) return callerOfSession(session, parts);
    const leaf = readLeaf(socket);
    const trusted = leaf !== undefined && parts.isTrusted(leaf.fingerprint) && isValidAt(leaf, parts.nowMs());
    return {
      protocol: trusted ? 'tls' : '',
      user: trusted ? leaf.fingerprint : '',
      trusted,
      fingerprint: leaf?.fingerprint,
      certificate: () => leaf?.pem,
    };
  };

/** It has the rights of who made its link, as long as that one has them. */
function callerOfSession(
  { id, made_by }: { id: string; made_by: string },
  { isTrusted }: { isTrusted(fingerprint: string): boolean },
): Caller {
  const trusted = made_by === 'unix' || isTrusted(made_by);
  return {
    protocol: trusted ? 'tls' : '',
    user: trusted && made_by !== 'unix' ? made_by : '',
    trusted,
    session: id,
    fingerprint: undefined,
    certificate: () => undefined,
  };
}

const local: Caller = {
  protocol: 'unix',
  user: '',
  trusted: true,
  fingerprint: undefined,
  certificate: () => undefined,
};

const isValidAt = (leaf: Leaf, nowMs: number): boolean => leaf.notBeforeMs <= nowMs && nowMs <= leaf.notAfterMs;

function readLeaf(socket: TLSSocket): Leaf | undefined {
  if (leaves.has(socket)) return leaves.get(socket);
  const shown = socket.getPeerX509Certificate();
  const leaf =
    shown === undefined
      ? undefined
      : {
          fingerprint: plainFingerprint(shown.fingerprint256),
          pem: shown.toString(),
          notBeforeMs: Date.parse(shown.validFrom),
          notAfterMs: Date.parse(shown.validTo),
        };
  leaves.set(socket, leaf);
  return leaf;
}

/** A viewer, who may look and not change, is no caller yet: where there is one, it has fewer, and sees no secret. */
export const hasFullRights = ({ trusted }: Pick<Caller, 'trusted'>): boolean => trusted;
