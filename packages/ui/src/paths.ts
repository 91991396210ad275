/** The only place with addresses of pages. */
export const paths = {
  fleet: '/',
  servers: '/servers',
  clusters: '/clusters',
  operations: '/operations',
  inventory: '/inventory',
} as const;
