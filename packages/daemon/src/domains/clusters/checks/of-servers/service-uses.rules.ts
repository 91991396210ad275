import type { ServiceDocument } from '@operations-center/fleet-protocol';

type Config = Record<string, unknown>;

/** What is connected through a service now and would not be with another configuration; by its name, never its secrets. */
export function usesOf(name: string, { config, state }: ServiceDocument, wanted: Config): { lost: string[] } {
  const uses = config['enabled'] === true ? usesByService[name] : undefined;
  if (uses === undefined) return { lost: [] };
  const kept = wanted['enabled'] === true ? uses.keptBy(wanted) : () => false;
  return {
    lost: uses
      .now(config, state)
      .filter((use) => !kept(use))
      .map(({ told }) => told),
  };
}

/** `keys`: any of them in the wanted configuration keeps it. */
type Use = { told: string; keys: readonly string[] };
type Uses = { now(config: Config, state: Config): Use[]; keptBy(wanted: Config): (use: Use) => boolean };

const named = (told: string): Use => ({ told, keys: [told] });
const byKeys = (read: (wanted: Config) => string[]) => (wanted: Config) => {
  const keys = new Set(read(wanted));
  return ({ keys: own }: Use) => own.some((key) => keys.has(key));
};
const always = () => () => true;

const usesByService: Readonly<Record<string, Uses>> = {
  iscsi: {
    now: (config) => listOf(config, 'targets').map((target) => named(textOf(target, 'target'))),
    keptBy: byKeys((wanted) => listOf(wanted, 'targets').map((target) => textOf(target, 'target'))),
  },
  nvme: {
    now: (_, state) =>
      listOf(state, 'subsystems').map((subsystem) => {
        const nqn = textOf(subsystem, 'nqn') || textOf(subsystem, 'name');
        const addresses = listOf(subsystem, 'controllers').map((controller) =>
          addressIn(textOf(controller, 'address')),
        );
        return { told: nqn, keys: [nqn, ...addresses] };
      }),
    keptBy: byKeys((wanted) =>
      listOf(wanted, 'targets').flatMap((target) => {
        const nqn = textOf(target, 'nqn');
        // Without an NQN all that the address offers is connected.
        return nqn === '' ? [textOf(target, 'address')] : [nqn];
      }),
    ),
  },
  multipath: {
    now: (_, state) => Object.keys(mapOf(state, 'devices')).map(named),
    keptBy: byKeys((wanted) => (Array.isArray(wanted['wwns']) ? wanted['wwns'].map(String) : [])),
  },
  ceph: {
    now: (config) => Object.keys(mapOf(config, 'clusters')).map(named),
    keptBy: byKeys((wanted) => Object.keys(mapOf(wanted, 'clusters'))),
  },
  lvm: {
    now: (_, state) => listOf(state, 'vgs').map((group) => named(`volume group ${textOf(group, 'vg_name')}`)),
    keptBy: always,
  },
  linstor: { now: () => [named('the satellite')], keptBy: always },
  ovn: { now: () => [named('the OVN controller')], keptBy: always },
};

const isMap = (value: unknown): value is Config => typeof value === 'object' && value !== null && !Array.isArray(value);
const listOf = (map: Config, key: string): Config[] => {
  const list = map[key];
  return Array.isArray(list) ? list.filter(isMap) : [];
};
const mapOf = (map: Config, key: string): Config => {
  const value = map[key];
  return isMap(value) ? value : {};
};
const textOf = (map: Config, key: string): string => {
  const value = map[key];
  return typeof value === 'string' ? value : '';
};
/** The kernel writes `traddr=10.0.0.1,trsvcid=8009`. */
const addressIn = (text: string): string => /traddr=([^,]+)/.exec(text)?.[1] ?? text;
