import { Fault } from '@operations-center/contract';
import type { SystemNetwork, SystemSecurity, SystemStorage, SystemUpdate } from '@operations-center/fleet-protocol';

/** What was read of a server just now, and what we know of ourselves; each may stand in the way of a factory reset. */
export type ResetFacts = {
  server: { name: string; channel: string; connection_url: string; system_uuid: string | null };
  machine_id: string | undefined;
  applications: readonly string[];
  network: SystemNetwork;
  storage: SystemStorage;
  security: SystemSecurity;
  update: SystemUpdate;
  own: { host: Host; address: string; channels_with_updates: readonly string[] };
};

/** What tells the machine we run on from others. */
type Host = { machine_id: string | undefined; system_uuid: string | undefined; addresses: readonly string[] };

/** One condition that does not hold, and why. */
export type Hindrance = { condition: string; because: string };

type Condition = { condition: string; hinders(facts: ResetFacts): string | undefined };

/** A reset takes applications, static network and the keys of other pools with it: the server must find its way back. */
const conditions: readonly Condition[] = [
  {
    condition: 'applications-with-us',
    hinders: ({ server, applications, own }) =>
      own.channels_with_updates.includes(server.channel)
        ? undefined
        : `our channel ${server.channel} holds no update, from which it could fetch ${applications.join(', ') || 'its application'} again`,
  },
  {
    condition: 'our-address',
    hinders: ({ own }) =>
      own.address === ''
        ? 'we have no address under which it could register again; give one: operations-center system network edit'
        : undefined,
  },
  {
    condition: 'network-read',
    hinders: ({ network }) =>
      typeof network.config === 'object' && network.config !== null
        ? undefined
        : 'its network configuration could not be read, and it would come back without it',
  },
  {
    condition: 'system-disk-only',
    hinders: ({ storage }) => {
      const pools = storage.state.pools.filter(({ name }) => name !== systemPool).map(({ name }) => `pool ${name}`);
      const drives = storage.state.drives.filter(({ boot, encrypted }) => boot !== true && encrypted === true);
      const beyond = [...pools, ...drives.map(({ id }) => `encrypted drive ${id}`)];
      return beyond.length === 0 ? undefined : `it would lose the keys of ${beyond.join(', ')}`;
    },
  },
  {
    condition: 'recovery-keys',
    hinders: ({ server, security }) =>
      security.state.encryption_recovery_keys_retrieved === true
        ? undefined
        : `nobody has fetched its recovery keys: operations-center provisioning server os system security show ${server.name}:`,
  },
  {
    condition: 'tpm',
    hinders: ({ security }) =>
      security.state.tpm_status === 'ok' ? undefined : `its TPM is "${security.state.tpm_status ?? 'unknown'}", not ok`,
  },
  {
    condition: 'not-our-host',
    hinders: ({ server, machine_id, own: { host } }) => {
      const same =
        (machine_id !== undefined && machine_id.toLowerCase() === host.machine_id) ||
        (server.system_uuid !== null && server.system_uuid.toLowerCase() === host.system_uuid) ||
        host.addresses.includes(new URL(server.connection_url).hostname);
      return same ? 'Operations Center runs on it' : undefined;
    },
  },
];

/** IncusOS makes it on the system disk by itself. */
const systemPool = 'local';

/** Every condition that does not hold; none: the server may be reset and comes back. */
export const findHindrances = (facts: ResetFacts): Hindrance[] =>
  conditions.flatMap(({ condition, hinders }) => {
    const because = hinders(facts);
    return because === undefined ? [] : [{ condition, because }];
  });

/** All that stands in the way, in one sentence each. */
export const refuseReset = (server: string, hindrances: readonly Hindrance[], operation: string): Fault =>
  new Fault(
    'factory_reset_not_possible',
    `Server "${server}" cannot be reset to factory state: ${hindrances.map(({ because }) => because).join('; ')}`,
    { details: { server, operation, because: hindrances } },
  );
