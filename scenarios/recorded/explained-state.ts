import type { Explanation } from './explanations.ts';

const shownServers = 'oc GET /1.0/provisioning/servers?recursion=1';

/** The IncusOS half is simulated on both fleets. */
const simulatedMachines: readonly Explanation[] = [
  {
    exchange: shownServers,
    at: '*.hardware_data$|*.os_data$',
    kind: 'extra',
    why: 'the recording leaves these two documents out',
  },
  { exchange: shownServers, at: '*.machine_id', kind: 'value', why: 'a fact of the simulated machine' },
  {
    exchange: shownServers,
    at: '*.version_data.os.version|*.version_data.applications.incus.version',
    kind: 'value',
    why: 'another release of IncusOS',
  },
  {
    exchange: shownServers,
    at: '*.version_data.applications.incus.friendly_version',
    kind: 'value',
    why: 'as the simulated IncusOS words it; kept as told',
  },
];

/** Where the end state of our simulated cluster differs from the one that OC 0.8.1 made of real Incus, and why. */
export const explainedState: readonly Explanation[] = [
  {
    exchange: 'incus GET /1.0/networks?recursion=1&all-projects=true',
    at: 'eth0@default$',
    kind: 'extra',
    why: 'the unmanaged network card of the simulated machine; the recording has none, and the inventory leaves it out',
  },
  ...simulatedMachines,
  {
    exchange: 'inventory storage_volumes',
    at: '*.object.state.usage.used',
    kind: 'extra',
    why: 'the btrfs of the recording counts no use without quotas; the simulated pool does',
  },
];

/** The same for our cluster of real Incus: everything below /1.0 is as OC left it. */
export const explainedRealState: readonly Explanation[] = simulatedMachines;
