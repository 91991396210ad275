import { readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';

/** What tells the machine we run on from others; undefined where it cannot be read. */
export type OwnHost = {
  machine_id: string | undefined;
  system_uuid: string | undefined;
  /** Without those of the loopback interface. */
  addresses: readonly string[];
};

export const readOwnHost = (): OwnHost => ({
  machine_id: readLine('/etc/machine-id'),
  // Only root may read it.
  system_uuid: readLine('/sys/class/dmi/id/product_uuid'),
  addresses: Object.values(networkInterfaces()).flatMap((list) =>
    (list ?? []).filter(({ internal }) => !internal).map(({ address }) => address),
  ),
});

function readLine(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim().toLowerCase() || undefined;
  } catch {
    return undefined;
  }
}
