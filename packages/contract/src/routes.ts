/** The contract: every route there is, by name. */
import type { RouteSpec } from './route.ts';
import { applyRoutes } from './routes/apply.ts';
import { artifactRoutes } from './routes/artifacts.ts';
import { auditRoutes } from './routes/audit.ts';
import { clusterTemplateRoutes } from './routes/cluster-templates.ts';
import { clusterRoutes } from './routes/clusters.ts';
import { eventRoutes } from './routes/events.ts';
import { healthRoutes } from './routes/health.ts';
import { holdRoutes } from './routes/hold.ts';
import { inventoryRoutes } from './routes/inventory.ts';
import { inventoryHistoryRoutes } from './routes/inventory-history.ts';
import { inventoryQueryRoutes } from './routes/inventory-query.ts';
import { inventorySearchRoutes } from './routes/inventory-search.ts';
import { keptPlanRoutes } from './routes/kept-plans.ts';
import { operationRoutes } from './routes/operations.ts';
import { planRoutes } from './routes/plans.ts';
import { preflightRoutes } from './routes/preflight.ts';
import { rootRoutes } from './routes/root.ts';
import { schemaRoutes } from './routes/schemas.ts';
import { serverRoutes } from './routes/servers.ts';
import { sessionRoutes } from './routes/sessions.ts';
import { settingsRoutes } from './routes/settings.ts';
import { tokenRoutes } from './routes/tokens.ts';
import { updateRoutes } from './routes/updates.ts';
import { validateRoutes } from './routes/validate.ts';
import { warningRoutes } from './routes/warnings.ts';
import { webhookRoutes } from './routes/webhooks.ts';

export const routes = {
  ...rootRoutes,
  ...settingsRoutes,
  ...holdRoutes,
  ...tokenRoutes,
  ...serverRoutes,
  ...sessionRoutes,
  ...clusterTemplateRoutes,
  ...clusterRoutes,
  ...artifactRoutes,
  ...planRoutes,
  ...keptPlanRoutes,
  ...applyRoutes,
  ...preflightRoutes,
  ...operationRoutes,
  ...eventRoutes,
  ...auditRoutes,
  ...inventoryRoutes,
  ...inventoryHistoryRoutes,
  ...inventoryQueryRoutes,
  ...inventorySearchRoutes,
  ...updateRoutes,
  ...warningRoutes,
  ...webhookRoutes,
  ...healthRoutes,
  ...schemaRoutes,
  ...validateRoutes,
} satisfies Record<string, RouteSpec>;

export type RouteName = keyof typeof routes;

/** What this daemon can beyond OC 0.8.1, as `GET /1.0` announces it. */
export const apiExtensions: readonly string[] = [
  ...new Set(
    Object.values<RouteSpec>(routes).flatMap((entry) => (entry.extension === undefined ? [] : [entry.extension])),
  ),
].sort();
