import { CliFailure } from './failure.ts';

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

/** Says why no answer came. `about` is the remote or the socket as a person knows it. */
export function explainConnection(error: unknown, about: string): CliFailure {
  if (error instanceof CliFailure) return error;
  const message = error instanceof Error ? error.message : String(error);
  const code = codeOf(error);
  if (code === 'PIN_MISMATCH') return explainMismatch(error, about);
  const why: Record<string, string> = {
    ECONNREFUSED: 'Nobody listens there.',
    ECONNRESET: 'The connection was cut while it was in use.',
    ETIMEDOUT: 'It did not answer in time.',
    EHOSTUNREACH: 'There is no route to that host.',
    ENETUNREACH: 'There is no route to that network.',
    ENOTFOUND: 'The name of the host is not known.',
    EAI_AGAIN: 'The name of the host cannot be looked up now.',
    ABORT_ERR: 'The request was given up.',
  };
  return new CliFailure(
    {
      what: `no connection to ${about}`,
      why: why[code] ?? sentence(message),
      fix: 'Is the daemon running? Which one is asked: operations-center remote list.',
      code: code === '' ? 'connection_failed' : code.toLowerCase(),
    },
    error,
  );
}

/** What is wrong with a unix socket: not there, nobody behind it, or not ours to use. */
export function explainSocket(error: unknown, sockets: readonly string[], source: string): unknown {
  const code = codeOf(error);
  const path = sockets[0] ?? '';
  const places = sockets.length > 1 ? sockets.join(' nor ') : path;
  if (code === 'ENOENT') {
    return new CliFailure({
      what: `no daemon on this host: there is no socket ${places}`,
      why: `The path comes from ${source}.`,
      fix: 'Start it: operations-centerd. If it keeps its state elsewhere, set OPERATIONS_CENTER_DIR or OPERATIONS_CENTER_SOCKET as for the daemon.',
      code: 'socket_missing',
    });
  }
  if (code === 'ECONNREFUSED') {
    return new CliFailure({
      what: `no daemon behind the socket ${path}`,
      why: 'The socket is left over from a daemon that has ended.',
      fix: 'Start it: operations-centerd.',
      code: 'socket_dead',
    });
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return new CliFailure({
      what: `the socket ${path} may not be used by this user`,
      why: 'Its owner and its group may use it (mode 0660).',
      fix: "Run this as the daemon's user or as root, or join the group given to the daemon with --group.",
      code: 'socket_forbidden',
    });
  }
  return error;
}

function explainMismatch(error: unknown, about: string): CliFailure {
  const list = (name: string): string => {
    const value: unknown = error instanceof Error && name in error ? Reflect.get(error, name) : undefined;
    return Array.isArray(value) ? value.join(' or ') : typeof value === 'string' ? value : 'none';
  };
  return new CliFailure({
    what: `${about} shows another certificate than the one you accepted; nothing was sent`,
    where: `  accepted  ${list('expected')}\n  shown     ${list('found')}`,
    why: 'Either the certificate was replaced, or something stands between.',
    fix: 'If it was replaced on purpose: operations-center remote remove and remote add again.',
    code: 'certificate_mismatch',
  });
}

const sentence = (message: string): string => `${message.charAt(0).toUpperCase()}${message.slice(1)}.`;
