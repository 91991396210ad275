import type { IconName } from './parts/icon.tsx';
import { paths } from './paths.ts';

/** The pages that everything is below, for the navigation and for the search. */
export const pageEntries = [
  { to: paths.fleet, word: 'Fleet', icon: 'fleet' },
  { to: paths.servers, word: 'Servers', icon: 'server' },
  { to: paths.clusters, word: 'Clusters', icon: 'cluster' },
  { to: paths.templates, word: 'Templates', icon: 'template' },
  { to: paths.inventory, word: 'Inventory', icon: 'inventory' },
  { to: paths.operations, word: 'Operations', icon: 'operation' },
  { to: paths.tokens, word: 'Tokens', icon: 'token' },
  { to: paths.audit, word: 'Audit', icon: 'audit' },
  { to: paths.settings, word: 'Settings', icon: 'settings' },
] as const satisfies readonly { to: string; word: string; icon: IconName }[];
