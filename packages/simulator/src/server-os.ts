import type { Clock } from './clock.ts';
import type { FaultPort } from './faults.ts';
import { makeIdentity } from './identity.ts';
import type { Json } from './incus-os/go-json.ts';
import type { ApplicationPort, IncusOs, PowerPort } from './incus-os/incus-os.ts';
import { seedServices } from './incus-os/services.ts';
import { freshState } from './machine.ts';
import { makeProviderPort } from './provider-port.ts';
import type { RegistrationParts } from './registration.ts';

export type ServerOsParts = {
  seed: string;
  name: string;
  /** What DHCP gives it. */
  address: string;
  seeds: ReadonlyMap<string, Json>;
  clock: Clock;
  faults: FaultPort;
  changed: () => void;
};

export type ServerOsPorts = {
  ready: boolean;
  application: ApplicationPort;
  power: PowerPort;
  registration(): RegistrationParts;
  register(): Promise<void>;
};

/** The OS of a machine as its installation left it. */
export function makeServerOs(parts: ServerOsParts, ports: ServerOsPorts): IncusOs {
  const { seed, name, clock, faults, seeds, address, changed } = parts;
  const identity = makeIdentity(seed, name);
  const installation = {
    seed,
    identity,
    generation: 0,
    nowMs: clock.nowMs(),
    seeds,
    hostname: name,
    withApplications: true,
  };
  const os: IncusOs = {
    identity,
    clock,
    faults,
    state: { ...freshState(installation), system_is_ready: ports.ready },
    lease: (mac) => (mac.toLowerCase() === identity.mac(0) ? address : undefined),
    networkChanged: changed,
    application: ports.application,
    power: ports.power,
    provider: makeProviderPort(ports.registration, ports.register),
  };
  seedServices(os, seeds.get('services') ?? {});
  return os;
}

/** A factory reset: the same hardware and OS image, everything else from the seeds. */
export function reinstallOs(
  os: IncusOs,
  { seed, clock }: Pick<ServerOsParts, 'seed' | 'clock'>,
  generation: number,
): void {
  const { identity } = os;
  const { seeds, os_version } = os.state;
  const nowMs = clock.nowMs();
  os.state = freshState({ seed, identity, generation, nowMs, seeds, os_version, withApplications: false });
  seedServices(os, seeds.get('services') ?? {});
}
