import { content } from './content.ts';
import { history, historyMillion } from './history.ts';
import { inventory, inventoryMillion } from './inventory.ts';
import { manyCreations } from './many-creations.ts';
import { operations } from './operations.ts';
import { ownShare } from './own-share.ts';
import { polling } from './polling.ts';
import { preflight } from './preflight.ts';
import { realCreation } from './real-creation.ts';
import { registration } from './registration.ts';
import type { Row } from './row.ts';
import { servers } from './servers.ts';
import { smallRequests } from './small-requests.ts';
import { startUp } from './start-up.ts';
import { ui } from './ui.ts';

/** In the order in which they run and are printed. */
export const rows: readonly Row[] = [
  realCreation,
  ownShare,
  preflight,
  manyCreations,
  startUp,
  smallRequests,
  registration,
  servers,
  operations,
  polling,
  content,
  ui,
  inventory,
  inventoryMillion,
  history,
  historyMillion,
];
