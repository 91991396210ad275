/** The only place with addresses of pages; they are below `/ui`. */
export const paths = {
  fleet: '/',
  servers: '/servers',
  server: '/servers/$name',
  clusters: '/clusters',
  cluster: '/clusters/$name',
  createCluster: '/create',
  review: '/create/$id',
  templates: '/templates',
  template: '/templates/$name',
  editTemplate: '/templates/$name/edit',
  inventory: '/inventory',
  inventoryDiff: '/inventory/diff',
  inventoryObject: '/inventory/$kind/$uuid',
  operations: '/operations',
  operation: '/operations/$id',
  tokens: '/tokens',
  audit: '/audit',
  settings: '/settings',
} as const;

/** In place of a name: one that is being written. No template can be called so. */
export const newTemplate = ':new';
