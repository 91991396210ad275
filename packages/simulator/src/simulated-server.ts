import type { Clock } from './clock.ts';
import type { FaultPort } from './faults.ts';
import { makeIdentity } from './identity.ts';
import { type IncusMember, type IncusWorld, type ServerCertificate } from './incus/member.ts';
import { primaryOf, seededApplications } from './incus-os/applications.ts';
import type { Json } from './incus-os/go-json.ts';
import type { IncusOs } from './incus-os/incus-os.ts';
import { rollBack } from './incus-os/network.ts';
import { addressOfRole, interfacesOf } from './incus-os/network-state.ts';
import { enabledServices, seedServices } from './incus-os/services.ts';
import { freshState } from './machine.ts';
import { notifySelf, register } from './registration.ts';
import { checkForUpdates, installApplication } from './updates.ts';

/** Simulated durations: about what a machine with an NVMe disk needs. */
const DURATION = {
  shutdown: 1_000,
  power_cycle: 10_000,
  application_restart: 1_000,
  before_next_try: 20_000,
  before_next_download: 60_000,
} as const;

export type ServerParts = {
  seed: string;
  name: string;
  /** What DHCP gives it. */
  address: string;
  seeds: ReadonlyMap<string, Json>;
  certificate: ServerCertificate;
  /** A fresh certificate after a factory reset. */
  freshCertificate(generation: number): Promise<ServerCertificate>;
  world: IncusWorld;
  clock: Clock;
  faults: FaultPort;
  /** Whether it can be reached may have changed. */
  changed(): void;
  registered(): void;
  failed(message: string): void;
};

/** One pretend IncusOS machine: power, boot, its OS and its Incus. */
export type SimulatedServer = {
  readonly name: string;
  readonly os: IncusOs;
  readonly incus: IncusMember;
  /** Something answers on its port 8443. */
  isReachable(): boolean;
  status(): 'off' | 'booting' | 'running';
  address(): string | undefined;
  /** Runs the end of the boot: registration, then ready. Resolves when the first attempt has ended. */
  boot(): Promise<void>;
  /** Power cut. */
  kill(): void;
  /** Power button. */
  start(): void;
  end(): void;
};

export function makeSimulatedServer(parts: ServerParts): SimulatedServer {
  const { seed, name, clock, faults } = parts;
  const identity = makeIdentity(seed, name);
  const generations = { count: 0, certificate: parts.certificate };
  const power = { on: true, booting: false, applicationUp: true, life: new AbortController() };
  const ended = new AbortController();

  const os: IncusOs = {
    identity,
    clock,
    faults,
    state: freshState({
      seed,
      identity,
      generation: 0,
      nowMs: clock.nowMs(),
      seeds: parts.seeds,
      hostname: name,
      withApplications: true,
    }),
    lease: (mac) => (mac.toLowerCase() === identity.mac(0) ? parts.address : undefined),
    networkChanged: parts.changed,
    application: {
      backup: () => incus().backup(),
      async restore(archive) {
        if (archive.length < 20 || archive.readUInt16BE(0) !== 0x1f8b) throw new Error('gzip: invalid header');
        clock.afterMs(DURATION.shutdown, () => pauseApplication(() => incus().restore(archive)));
      },
      factoryReset: () => pauseApplication(async () => incus().factoryReset(await nextCertificate())),
      restart: () => pauseApplication(() => {}),
      updated: () => pauseApplication(() => {}),
    },
    power: {
      reboot: () => goDown('system-reboot-triggered', () => clock.afterMs(DURATION.power_cycle, start)),
      powerOff: () => goDown('system-shutdown-triggered', () => {}),
      suspend: () => goDown(undefined, () => {}),
      factoryReset: () => {
        down();
        void reinstall().catch((error: Error) => parts.failed(error.message));
      },
    },
    provider: {
      notify: (cause) => void notifySelf(registration(), cause),
      async configure() {
        if (os.state.provider.name !== 'operations-center') return;
        if (os.state.provider.registered) void notifySelf(registration(), '');
        else await registerOnce();
      },
      checkForUpdates: () => checkForUpdates(registration()),
      install: (application) => installApplication(registration(), application),
    },
  };

  let member: IncusMember | undefined;
  /** Made when first needed: ten thousand idle machines should cost little. */
  function incus(): IncusMember {
    member ??= parts.world.makeMember({
      name,
      addresses: {
        management: addressOfRole(os, 'management') ?? parts.address,
        cluster: addressOfRole(os, 'cluster') ?? parts.address,
      },
      certificate: generations.certificate,
      interfaces: Object.entries(interfacesOf(os)).map(([device, one]) => ({
        name: device,
        roles: one.roles ?? [],
        addresses: one.addresses ?? [],
        hwaddr: one.hwaddr ?? '',
        mtu: one.mtu,
      })),
      onIncusOs: true,
      services: () => enabledServices(os),
    });
    return member;
  }

  const hasApplication = () => primaryOf(os.state.applications) !== undefined;
  const registration = () => ({
    os,
    clock,
    signal: AbortSignal.any([ended.signal, power.life.signal]),
    certificate: () => (hasApplication() ? incus().own() : undefined),
    trust: (entry: { name: string; certificate: string }) => incus().trust(entry),
  });

  async function registerOnce(): Promise<void> {
    await register(registration());
    if (os.state.provider.registered) parts.registered();
  }

  function down(): void {
    power.on = false;
    power.booting = false;
    power.life.abort(new Error('the machine was switched off'));
    member?.setRunning(false);
    parts.changed();
  }

  /** Answers first, tells the provider, and is gone a moment later. */
  function goDown(cause: string | undefined, then: () => void): void {
    if (cause !== undefined) void notifySelf(registration(), cause);
    clock.afterMs(DURATION.shutdown, () => {
      down();
      then();
    });
  }

  /** The application is away for a moment; the OS stays up. */
  function pauseApplication(meanwhile: () => void | Promise<void>): void {
    power.applicationUp = false;
    incus().setRunning(false);
    parts.changed();
    clock.afterMs(DURATION.application_restart, () => {
      void Promise.resolve()
        .then(meanwhile)
        .catch((error: Error) => parts.failed(error.message))
        .then(() => {
          power.applicationUp = true;
          if (power.on) incus().setRunning(true);
          parts.changed();
        });
    });
  }

  async function nextCertificate(): Promise<ServerCertificate> {
    generations.certificate = await parts.freshCertificate(generations.count);
    return generations.certificate;
  }

  /** Factory reset: same hardware and OS image, everything else from the seeds. */
  async function reinstall(): Promise<void> {
    const { seeds, os_version } = os.state;
    generations.count += 1;
    const fresh = await nextCertificate();
    incus().factoryReset(fresh);
    os.state = freshState({
      seed,
      identity,
      generation: generations.count,
      nowMs: clock.nowMs(),
      seeds,
      os_version,
      withApplications: false,
    });
    seedServices(os, seeds.get('services') ?? {});
    clock.afterMs(DURATION.power_cycle, start);
  }

  function start(): void {
    if (power.on || ended.signal.aborted) return;
    power.on = true;
    power.life = new AbortController();
    const { state } = os;
    state.booted_at_ms = clock.nowMs();
    state.system_is_ready = false;
    rollBack(os);
    if (state.os_version_next !== '' && state.os_version_next !== state.os_version) {
      state.os_version_alternate = state.os_version;
      state.os_version = state.os_version_next;
    }
    state.update.needs_reboot = false;
    os.provider.notify('network-config-changed');
    void boot();
  }

  async function boot(): Promise<void> {
    const { signal } = power.life;
    power.booting = true;
    if (!hasApplication() && !(await download())) return again(signal, DURATION.before_next_download);
    incus().setRunning(true);
    parts.changed();
    try {
      if (os.state.provider.name === 'operations-center' && !os.state.provider.registered) await registerOnce();
    } catch (error) {
      if (!signal.aborted) parts.failed(`registration: ${error instanceof Error ? error.message : String(error)}`);
      return again(signal, DURATION.before_next_try);
    }
    if (signal.aborted) return;
    power.booting = false;
    os.state.system_is_ready = true;
    os.provider.notify('system-is-ready');
  }

  /** IncusOS' start-up fails and is tried again by its service manager, for ever. */
  function again(signal: AbortSignal, ms: number): void {
    clock.afterMs(ms, () => {
      if (!signal.aborted && !ended.signal.aborted) void boot();
    });
  }

  /** The applications of the seed, from the provider; false if it has none for us now. */
  async function download(): Promise<boolean> {
    const wanted = seededApplications(os.state.seeds.get('applications'));
    try {
      for (const application of wanted) await installApplication(registration(), application);
    } catch (error) {
      parts.failed(`download: ${error instanceof Error ? error.message : String(error)}`);
    }
    if (!hasApplication()) os.state.update.status = 'Failed to check for application updates';
    return hasApplication();
  }

  return {
    name,
    os,
    get incus() {
      return incus();
    },
    isReachable: () =>
      power.on &&
      power.applicationUp &&
      hasApplication() &&
      member?.isRunning() !== false &&
      faults.active('refuses-connections', name) === undefined,
    status: () => (power.on ? (power.booting ? 'booting' : 'running') : 'off'),
    address: () => addressOfRole(os, 'management'),
    boot,
    kill: down,
    start,
    end: () => ended.abort(new Error('the simulator ends')),
  };
}
