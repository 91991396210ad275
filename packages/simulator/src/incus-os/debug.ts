import { type Route, urlOf } from './call.ts';
import { Refusal, success } from './envelope.ts';

const THINGS = ['kernel', 'log', 'processes', ':run-script', 'secureboot'];

/** Enough to be listed and read; a simulated machine has no processes to show. */
export const DEBUG_ROUTES: readonly Route[] = [
  { path: '/1.0/debug', GET: (call) => success(THINGS.map((name) => urlOf(call, `/debug/${name}`))) },
  {
    path: '/1.0/debug/kernel',
    GET: () => success({ version: '6.18.0-sim', architecture: 'x86_64', cpu_baseline: 'x86-64-v3', modules: [] }),
  },
  { path: '/1.0/debug/log', GET: () => success([]) },
  { path: '/1.0/debug/processes', GET: () => success('incus-osd───incusd\n') },
  {
    path: '/1.0/debug/:run-script',
    POST: () => {
      throw new Refusal(400, 'the script is not signed by a trusted certificate');
    },
  },
  {
    path: '/1.0/debug/secureboot',
    GET: (call) => success(['event-log', ':update'].map((name) => urlOf(call, `/debug/secureboot/${name}`))),
  },
  { path: '/1.0/debug/secureboot/event-log', GET: () => success({ event_log: [], pcr4: '', pcr7: '' }) },
  {
    path: '/1.0/debug/secureboot/:update',
    POST: () => {
      throw new Refusal(400, 'cannot apply certificate update when Secure Boot is disabled');
    },
  },
];
