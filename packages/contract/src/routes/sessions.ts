import { z } from 'zod';
import { route } from '../route.ts';
import { empty } from '../wire.ts';

const extension = 'ui';
const when = z.string().describe('RFC 3339');

/** A browser that is signed in. */
export const session = z.object({
  id: z.string(),
  created_at: when,
  seen_at: when.describe('About when it last asked for something'),
  expires_at: when.describe(
    'Then it must sign in again, whatever it does; earlier if it asks for nothing for 12 hours',
  ),
  made_by: z.string().describe('Who made the link it signed in with: `unix`, or the fingerprint of a certificate'),
  address: z.string().describe('Where it signed in from'),
  agent: z.string().describe('What it called itself then'),
  is_own: z.boolean().describe('It is the one that asks'),
});
export type Session = z.output<typeof session>;

export const sessionRoutes = {
  sign_in_link: route({
    name: 'sign_in_link',
    method: 'POST',
    path: '/1.0/ui/links',
    about: 'Make a link that signs one browser in, once, within two minutes',
    // Whoever has it has the rights of who made it.
    access: 'can_edit',
    answer: z.object({
      path: z.string().describe('Below the address of the daemon; it holds the secret'),
      address: z
        .string()
        .describe('https://ADDRESS:PORT as far as the daemon knows it; empty: it listens on its socket only'),
      expires_at: when,
    }),
    success: 201,
    faults: [],
    extension,
  }),
  sessions_list: route({
    name: 'sessions_list',
    method: 'GET',
    path: '/1.0/ui/sessions',
    about: 'List the browsers that are signed in',
    access: 'can_edit',
    answer: z.array(session),
    success: 200,
    faults: [],
    extension,
  }),
  session_delete: route({
    name: 'session_delete',
    method: 'DELETE',
    path: '/1.0/ui/sessions/{id}',
    about: 'Sign a browser out',
    access: 'can_edit',
    answer: empty,
    success: 200,
    faults: ['session_not_found'],
    extension,
  }),
};
