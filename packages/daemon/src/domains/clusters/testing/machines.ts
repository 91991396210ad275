import { localScopeFrom, MetadataConfiguration, SystemNetwork } from '@operations-center/fleet-protocol';
import type { ServerLook, Snapshot } from '../look/creation-facts.ts';
import { localKeys } from './stand-in.ts';
import { emptyServer } from './values.ts';

export type Machine = {
  name: string;
  address: string;
  lvm: { enabled: boolean; id: number };
  answers: boolean;
  /** The id that nobody else may have: from when it was configured until the machine was seen with lvm off. */
  keeps: number | undefined;
};

/** What the machines of a fleet really are, whatever anybody's table says of them. */
export type Machines = {
  all: readonly Machine[];
  of(name: string): Machine;
  /** What a creation sees that looks now. */
  look(names: readonly string[], nowMs: number): Snapshot;
  /** Two machines had one id at the same time. */
  collisions: string[];
  /** How often lvm was configured. */
  readonly configured: number;
  configure(name: string, id: number): void;
  reset(name: string): void;
};

export function makeMachines(count: number): Machines {
  const all = Array.from({ length: count }, (_, at) => ({
    name: `server${at + 1}`,
    address: `10.1.${Math.floor(at / 200)}.${1 + (at % 200)}`,
    lvm: { enabled: false, id: 0 },
    answers: true,
    keeps: undefined as number | undefined,
  }));
  const byName = new Map(all.map((machine) => [machine.name, machine]));
  const collisions: string[] = [];
  let configured = 0;
  const of = (name: string): Machine => {
    const machine = byName.get(name);
    if (machine === undefined) throw new Error(`there is no ${name}`);
    return machine;
  };
  return {
    all,
    of,
    collisions,
    get configured() {
      return configured;
    },
    look(names, nowMs) {
      const seen = all.filter(({ name, answers }) => answers || names.includes(name));
      for (const machine of seen) if (!machine.lvm.enabled && machine.lvm.id === 0) machine.keeps = undefined;
      return {
        servers: names.map((name) => toLook(of(name))),
        lvm: seen.map(({ name, lvm }) => ({ machine: `uuid-of-${name}`, server: name, ...lvm })),
        local_scope: localScopeFrom(MetadataConfiguration.parse(localKeys)),
        looked_at: nowMs,
      };
    },
    configure(name, id) {
      configured += 1;
      const machine = of(name);
      const other = all.find((one) => one !== machine && one.keeps === id);
      if (other !== undefined) collisions.push(`${name} was given ${id}, which ${other.name} keeps`);
      machine.lvm = { enabled: true, id };
      machine.keeps = id;
    },
    reset(name) {
      of(name).lvm = { enabled: false, id: 0 };
    },
  };
}

function toLook({ name, address, lvm }: Machine): ServerLook {
  const interfaces = { eth0: { addresses: [address], roles: ['management', 'cluster'] } };
  return {
    server: emptyServer(name),
    machine: `uuid-of-${name}`,
    services: { lvm: { enabled: lvm.enabled, system_id: lvm.id } },
    ...{ config: {}, contents: [], certificates: [] },
    network: SystemNetwork.parse({ config: null, state: { interfaces } }),
  };
}
