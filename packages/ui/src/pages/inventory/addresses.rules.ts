const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** The addresses that an instance had when it was looked at last: `eth0 10.0.0.7`. Those that only it can reach are left out. */
export function addressesOf(object: Record<string, unknown>): string[] {
  const network = isRecord(object['state']) ? object['state']['network'] : undefined;
  if (!isRecord(network)) return [];
  return Object.entries(network).flatMap(([name, device]) => {
    const addresses = isRecord(device) && Array.isArray(device['addresses']) ? device['addresses'] : [];
    return addresses
      .filter(isRecord)
      .filter(({ scope }) => scope === 'global')
      .map(({ address }) => `${name} ${String(address)}`);
  });
}
