import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { diffSearch, inventorySearch, readAsOf } from './pages/inventory/search.rules.ts';
import { PageLost } from './parts/page-lost.tsx';
import { paths } from './paths.ts';
import { Shell } from './shell.tsx';

const root = createRootRoute({ component: Shell, notFoundComponent: PageLost });

/** What a list is narrowed to stands in the address: it can be sent to somebody. */
type ListSearch = { filter?: string; sort?: string };
const listSearch = ({ filter, sort }: Record<string, unknown>): ListSearch => ({
  ...(typeof filter === 'string' && filter !== '' && { filter }),
  ...(typeof sort === 'string' && sort !== '' && { sort }),
});

const auditSearch = (search: Record<string, unknown>): { who?: string; what?: string; object?: string } =>
  Object.fromEntries(
    ['who', 'what', 'object'].flatMap((key) =>
      typeof search[key] === 'string' && search[key] !== '' ? [[key, search[key]]] : [],
    ),
  );
const templateSearch = ({ template }: Record<string, unknown>): { template?: string } =>
  typeof template === 'string' && template !== '' ? { template } : {};

// Each page is loaded when it is opened first.
const pages = [
  createRoute({
    getParentRoute: () => root,
    path: paths.fleet,
    component: lazyRouteComponent(() => import('./pages/fleet/fleet.tsx'), 'FleetPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: paths.servers,
    validateSearch: listSearch,
    component: lazyRouteComponent(() => import('./pages/servers/servers.tsx'), 'ServersPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: paths.server,
    component: lazyRouteComponent(() => import('./pages/servers/server.tsx'), 'ServerPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: paths.clusters,
    validateSearch: listSearch,
    component: lazyRouteComponent(() => import('./pages/clusters/clusters.tsx'), 'ClustersPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: paths.cluster,
    component: lazyRouteComponent(() => import('./pages/clusters/cluster.tsx'), 'ClusterPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: paths.createCluster,
    validateSearch: templateSearch,
    component: lazyRouteComponent(() => import('./pages/create/create.tsx'), 'CreatePage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: paths.review,
    component: lazyRouteComponent(() => import('./pages/create/review.tsx'), 'ReviewPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: paths.inventory,
    validateSearch: inventorySearch,
    component: lazyRouteComponent(() => import('./pages/inventory/inventory.tsx'), 'InventoryPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: paths.inventoryDiff,
    validateSearch: diffSearch,
    component: lazyRouteComponent(() => import('./pages/inventory/diff.tsx'), 'InventoryDiffPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: paths.inventoryObject,
    validateSearch: ({ asOf }: Record<string, unknown>): { asOf?: string } => readAsOf(asOf),
    component: lazyRouteComponent(() => import('./pages/inventory/object.tsx'), 'InventoryObjectPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: paths.operations,
    validateSearch: listSearch,
    component: lazyRouteComponent(() => import('./pages/operations/operations.tsx'), 'OperationsPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: paths.operation,
    component: lazyRouteComponent(() => import('./pages/operations/operation.tsx'), 'OperationPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: paths.templates,
    validateSearch: listSearch,
    component: lazyRouteComponent(() => import('./pages/templates/templates.tsx'), 'TemplatesPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: paths.template,
    component: lazyRouteComponent(() => import('./pages/templates/template.tsx'), 'TemplatePage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: paths.editTemplate,
    component: lazyRouteComponent(() => import('./pages/templates/edit-template.tsx'), 'EditTemplatePage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: paths.tokens,
    validateSearch: listSearch,
    component: lazyRouteComponent(() => import('./pages/tokens/tokens.tsx'), 'TokensPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: paths.audit,
    validateSearch: auditSearch,
    component: lazyRouteComponent(() => import('./pages/audit/audit.tsx'), 'AuditPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: paths.settings,
    component: lazyRouteComponent(() => import('./pages/settings/settings.tsx'), 'SettingsPage'),
  }),
] as const;

export const router = createRouter({ routeTree: root.addChildren(pages), basepath: '/ui', defaultPreload: 'intent' });

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
