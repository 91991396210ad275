import type { IncomingMessage, ServerResponse } from 'node:http';
import { readCookie, type StoredSession, setCookie } from './session.ts';
import type { SessionService } from './sessions.service.ts';

const longestKey = 100;

/** `GET /ui/sign-in?key=`: takes the link, gives the cookie, and leads on. What is wrong is told in plain words. */
export async function answerSignIn(
  sessions: Pick<SessionService, 'signIn'>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const key = new URL(request.url ?? '/', 'https://ui').searchParams.get('key') ?? '';
  const from = { address: request.socket.remoteAddress ?? '', agent: request.headers['user-agent'] ?? '' };
  const cookie = key === '' || key.length > longestKey ? undefined : await sessions.signIn(key, from);
  // The key is in the address: no page behind it is told where its reader came from.
  const plain = {
    'content-type': 'text/plain; charset=utf-8',
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
  };
  if (cookie === undefined) {
    response.writeHead(403, plain);
    response.end('This link has been used, or is older than two minutes.\nMake another one: operations-center ui\n');
    return;
  }
  response.writeHead(303, { ...plain, location: '/ui/', 'set-cookie': setCookie(cookie) });
  response.end('Signed in.\n');
}

export function findByCookie(
  sessions: Pick<SessionService, 'find'>,
  header: string | undefined,
): StoredSession | undefined {
  const cookie = readCookie(header);
  return cookie === undefined ? undefined : sessions.find(cookie);
}
