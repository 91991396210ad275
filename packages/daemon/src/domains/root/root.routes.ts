import { apiExtensions } from '@operations-center/contract';
import { type Handler, handle, ok } from '../../platform/http/answer.ts';

/** The release of OC whose wire we speak. */
const serverVersion = '0.8.1';

/** `daemon`: which of those on one database answers. `held`: why the daemon stands still, if it does. */
export const rootHandlers = (daemon: string, held: () => { since: string; reason: string } | undefined): Handler[] => [
  handle('root_show', async () => ok(['/1.0'])),
  handle('api_show', async ({ caller }) =>
    ok({
      api_status: 'devel',
      api_version: '1.0',
      auth: caller.protocol,
      auth_methods: ['oidc', 'tls'],
      server_version: serverVersion,
      api_extensions: apiExtensions,
      ...(caller.trusted ? { daemon } : {}),
      ...(caller.trusted && held() !== undefined ? { held: held() } : {}),
    }),
  ),
];
