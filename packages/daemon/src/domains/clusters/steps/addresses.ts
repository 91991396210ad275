/** Where an Incus listens: for its clients, and for the other members. Each server has its own. */
export const addressKeys = ['core.https_address', 'cluster.https_address'] as const;
export type Addresses = Partial<Record<(typeof addressKeys)[number], string>>;

/** The addresses among a server's config. */
export const addressesOf = (config: Readonly<Record<string, string>>): Addresses =>
  Object.fromEntries(addressKeys.flatMap((key) => (config[key] === undefined ? [] : [[key, config[key]]])));
