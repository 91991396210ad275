import { created, empty, type Handler, handle, ok } from '../../platform/http/answer.ts';
import type { SessionService } from './sessions.service.ts';

/** `address`: where browsers reach the daemon, or empty. */
export const sessionHandlers = (sessions: SessionService, address: () => string): Handler[] => [
  handle('sign_in_link', async ({ caller }) => {
    const { key, expires_at } = await sessions.makeLink(caller);
    return created('/1.0/ui/sessions', {
      path: `/ui/sign-in?key=${key}`,
      address: address(),
      expires_at: new Date(expires_at).toISOString(),
    });
  }),
  handle('sessions_list', async ({ caller }) => ok(await sessions.list(caller.session))),
  handle('session_delete', async ({ params }) => sessions.remove(params.id).then(() => empty)),
];
