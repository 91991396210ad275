import type { PlannedServer } from './plan.ts';

/** Where an Incus listens: for its clients, and for the other members. Each server has its own. */
export const addressKeys = ['core.https_address', 'cluster.https_address'] as const;
export type Addresses = Partial<Record<(typeof addressKeys)[number], string>>;

/** The addresses among a server's config. */
export const addressesOf = (config: Readonly<Record<string, string>>): Addresses =>
  Object.fromEntries(addressKeys.flatMap((key) => (config[key] === undefined ? [] : [[key, config[key]]])));

/** What a server must listen on before it can be a member. */
export const wantedAddresses = (server: PlannedServer): Required<Addresses> => ({
  'core.https_address': server.management_address,
  'cluster.https_address': server.cluster_address,
});
