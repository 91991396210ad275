/** The one table of faults. A code is permanent; `docs/generated/faults.md` is made from here. */
import { accessFaults } from './faults/access.ts';
import { applyFaults } from './faults/apply.ts';
import { artifactFaults } from './faults/artifacts.ts';
import { auditFaults } from './faults/audit.ts';
import { clusterTemplateFaults } from './faults/cluster-templates.ts';
import { clusterFaults } from './faults/clusters.ts';
import type { FaultEntry } from './faults/entry.ts';
import { eventFaults } from './faults/events.ts';
import { inventoryFaults } from './faults/inventory.ts';
import { operationFaults } from './faults/operations.ts';
import { planFaults } from './faults/plans.ts';
import { preflightFaults } from './faults/preflight.ts';
import { requestFaults } from './faults/requests.ts';
import { schemaFaults } from './faults/schemas.ts';
import { serverFaults } from './faults/servers.ts';
import { sessionFaults } from './faults/sessions.ts';
import { settingsFaults } from './faults/settings.ts';
import { tokenFaults } from './faults/tokens.ts';
import { webhookFaults } from './faults/webhooks.ts';

export const faults = {
  ...requestFaults,
  ...accessFaults,
  ...sessionFaults,
  ...settingsFaults,
  ...tokenFaults,
  ...serverFaults,
  ...clusterTemplateFaults,
  ...clusterFaults,
  ...artifactFaults,
  ...planFaults,
  ...applyFaults,
  ...preflightFaults,
  ...operationFaults,
  ...eventFaults,
  ...auditFaults,
  ...inventoryFaults,
  ...webhookFaults,
  ...schemaFaults,
} satisfies Record<string, FaultEntry>;

export type FaultCode = keyof typeof faults;
