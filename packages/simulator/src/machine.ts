import { type Identity, makeMachineId, makeRecoveryKey } from './identity.ts';
import { freshApplication } from './incus-os/applications.ts';
import type { Json } from './incus-os/go-json.ts';
import type { IncusOs, OsState } from './incus-os/incus-os.ts';
import { defaultNetwork, rollBack, seededNetwork } from './incus-os/network.ts';
import { emptyKernel, emptyLogging } from './incus-os/plain.ts';
import { providerConfig } from './incus-os/provider.ts';
import { seededUpdate } from './incus-os/update.ts';

/** The IncusOS image the simulated machines were installed from. */
export const OS_VERSION = '202609010000';

export type Installation = {
  seed: string;
  identity: Identity;
  /** 0 at first; each factory reset is one more. */
  generation: number;
  nowMs: number;
  seeds: ReadonlyMap<string, Json>;
  os_version?: string;
  /** Only the first installation is told its name: as if its seed had named it. */
  hostname?: string;
  /** False after a factory reset: applications come from the provider. */
  withApplications: boolean;
};

/** The state of an IncusOS right after its installation, seeds applied. */
export function freshState(installation: Installation): OsState {
  const { seed, identity, generation, nowMs, seeds, os_version = OS_VERSION } = installation;
  const provider = seeds.get('provider');
  const network = seeds.get('network');
  const mac = identity.mac(0);
  return {
    machine_id: makeMachineId(seed, identity.name, generation),
    os_version,
    os_version_next: '',
    system_is_ready: false,
    booted_at_ms: nowMs,
    applications: new Map(installation.withApplications ? [['incus', freshApplication('incus', os_version)]] : []),
    services: new Map(),
    network: {
      config: network === undefined ? defaultNetwork(mac, installation.hostname) : seededNetwork(network, mac),
    },
    storage: { scrub_schedule: '0 4 * * 0', pools: [] },
    security: {
      encryption_recovery_keys: [makeRecoveryKey(seed, identity.name, generation)],
      custom_ca_certs: seededCas(seeds.get('security')),
      retrieved: false,
    },
    update: {
      config: seededUpdate(seeds.get('update') ?? {}),
      last_check: '0001-01-01T00:00:00Z',
      status: '',
      needs_reboot: false,
    },
    provider: {
      name: typeof provider?.['name'] === 'string' ? provider['name'] : 'images',
      config: providerConfig(provider?.['config']),
      registered: false,
    },
    kernel: emptyKernel(),
    logging: emptyLogging(),
    fallback_listener: {},
    seeds: new Map(seeds),
  };
}

const seededCas = (seed: Json | undefined): string[] => {
  const given = seed?.['custom_ca_certs'];
  return Array.isArray(given) ? given.map(String) : [];
};

/** What a boot does before anything is told of it: an unconfirmed network is dropped, a staged image becomes the running one. */
export function startKernel(os: IncusOs): void {
  const { state } = os;
  state.booted_at_ms = os.clock.nowMs();
  state.system_is_ready = false;
  rollBack(os);
  if (state.os_version_next !== '' && state.os_version_next !== state.os_version) {
    state.os_version_alternate = state.os_version;
    state.os_version = state.os_version_next;
  }
  state.update.needs_reboot = false;
}
