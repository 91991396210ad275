import { polling } from './polling.ts';
import { registration } from './registration.ts';
import type { Row } from './row.ts';
import { servers } from './servers.ts';
import { smallRequests } from './small-requests.ts';
import { startUp } from './start-up.ts';

/** In the order in which they run and are printed. */
export const rows: readonly Row[] = [startUp, smallRequests, registration, servers, polling];
