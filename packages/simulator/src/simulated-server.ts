import { type ApplicationLife, makeApplicationLife } from './application-life.ts';
import type { IncusMember, IncusWorld, ServerCertificate } from './incus/member.ts';
import { incusOptions } from './incus-options.ts';
import { primaryOf, seededCertificates } from './incus-os/applications.ts';
import type { IncusOs, PowerPort } from './incus-os/incus-os.ts';
import { addressOfRole } from './incus-os/network-state.ts';
import { startKernel } from './machine.ts';
import { type RegistrationParts, register } from './registration.ts';
import { makeServerOs, reinstallOs, type ServerOsParts } from './server-os.ts';
import { installSeeded } from './updates.ts';

/** Simulated milliseconds: about what a machine with an NVMe disk needs. */
const DURATION = {
  shutdown: 1_000,
  power_cycle: 10_000,
  before_next_try: 20_000,
  before_next_download: 60_000,
} as const;

export type ServerParts = ServerOsParts & {
  certificate: ServerCertificate;
  /** Another certificate for each installation. */
  freshCertificate(generation: number): Promise<ServerCertificate>;
  world: IncusWorld;
  /** Whether and where it can be reached may have changed. */
  changed: () => void;
  registered: () => void;
  failed: (message: string) => void;
};

/**
 * One pretend IncusOS machine: power, boot, its OS and its Incus. A class, because ten thousand of them must be cheap:
 * OS and Incus are made when they are first looked at.
 */
export class SimulatedServer {
  readonly name: string;
  readonly #parts: ServerParts;
  #os: IncusOs | undefined;
  #incus: IncusMember | undefined;
  #certificate: ServerCertificate;
  #generation = 0;
  #on = true;
  #booting = false;
  #ready = false;
  #life: AbortController | undefined;
  #ended = false;
  #application: ApplicationLife | undefined;

  constructor(parts: ServerParts) {
    this.name = parts.name;
    this.#parts = parts;
    this.#certificate = parts.certificate;
  }

  get os(): IncusOs {
    return (this.#os ??= this.#makeOs());
  }

  get incus(): IncusMember {
    return (this.#incus ??= this.#parts.world.makeMember(incusOptions(this, this.#parts.address)));
  }

  /** Incus' own certificate, known without waking Incus up. */
  get certificate(): ServerCertificate {
    return this.#incus?.own() ?? this.#certificate;
  }

  get address(): string | undefined {
    return this.#os === undefined ? this.#parts.address : addressOfRole(this.#os, 'management');
  }

  get status(): 'off' | 'booting' | 'running' {
    if (!this.#on) return 'off';
    return this.#booting ? 'booting' : 'running';
  }

  /** Something answers on its port 8443. */
  isReachable(): boolean {
    const incusRuns =
      this.#application?.isUp() !== false && this.#hasApplication() && this.#incus?.isRunning() !== false;
    return this.#on && incusRuns && this.#parts.faults.active('refuses-connections', this.name) === undefined;
  }

  /** The end of a boot: applications, registration, ready. Resolves when it is done or has failed for now. */
  async boot(): Promise<void> {
    if (this.#os === undefined && !this.#parts.seeds.has('provider')) {
      this.#ready = true;
      return;
    }
    const signal = this.#lifetime();
    this.#booting = true;
    if (!this.#hasApplication() && !(await this.#download()))
      return this.#bootAgain(signal, DURATION.before_next_download);
    if (signal.aborted) return;
    this.incus.setRunning(true);
    this.#parts.changed();
    const { provider } = this.os.state;
    try {
      if (provider.name === 'operations-center' && !provider.registered) await this.#register();
    } catch (error) {
      if (!signal.aborted) this.#parts.failed(`registration: ${messageOf(error)}`);
      return this.#bootAgain(signal, DURATION.before_next_try);
    }
    if (signal.aborted) return;
    this.#booting = false;
    this.os.state.system_is_ready = true;
    this.os.provider.notify('system-is-ready');
  }

  /** Who listens to its events is cut off. */
  cutEvents(): void {
    this.#incus?.cutEvents();
  }

  /** Power cut: nobody is told. */
  kill(): void {
    this.#on = false;
    this.#booting = false;
    this.#life?.abort(new Error('the machine was switched off'));
    this.#incus?.setRunning(false);
    this.#parts.changed();
  }

  /** Power button. A staged OS image becomes the running one. */
  start(): void {
    if (this.#on || this.#ended) return;
    this.#on = true;
    this.#life = undefined;
    startKernel(this.os);
    this.os.provider.notify('network-config-changed');
    void this.boot();
  }

  /** The simulator ends: whatever is under way is dropped. */
  end(): void {
    this.#ended = true;
    this.#lifetime();
    this.#life?.abort(new Error('the simulator ends'));
  }

  #makeOs(): IncusOs {
    const { name, clock, faults, changed, failed } = this.#parts;
    this.#application = makeApplicationLife({
      name,
      clock,
      faults,
      incus: () => this.incus,
      nextCertificate: () => this.#nextCertificate(),
      isOn: () => this.#on,
      kill: () => this.kill(),
      changed,
      failed,
    });
    return makeServerOs(this.#parts, {
      ready: this.#ready,
      application: this.#application.port,
      power: this.#power(),
      registration: () => this.#registration(),
      register: () => this.#register(),
    });
  }

  #power(): PowerPort {
    const { clock, failed } = this.#parts;
    return {
      reboot: () =>
        this.#goDown('system-reboot-triggered', () => void clock.afterMs(DURATION.power_cycle, () => this.start())),
      powerOff: () => this.#goDown('system-shutdown-triggered', () => {}),
      suspend: () => this.#goDown(undefined, () => {}),
      factoryReset: () => {
        this.kill();
        this.#reinstall().catch((error: unknown) => failed(`factory reset: ${messageOf(error)}`));
      },
    };
  }

  #registration(): RegistrationParts {
    const { clock } = this.#parts;
    return {
      os: this.os,
      clock,
      signal: this.#lifetime(),
      certificate: () => (this.#hasApplication() ? this.certificate : undefined),
      trust: (entry) => this.incus.trust(entry),
    };
  }

  async #register(): Promise<void> {
    await register(this.#registration());
    if (this.os.state.provider.registered) this.#parts.registered();
  }

  /** The applications of the seed, from the provider; false if it has none for us now. */
  async #download(): Promise<boolean> {
    const { state } = this.os;
    try {
      await installSeeded(this.#registration());
    } catch (error) {
      this.#parts.failed(`download: ${messageOf(error)}`);
    }
    if (!this.#hasApplication()) state.update.status = 'Failed to check for application updates';
    else for (const entry of seededCertificates(state.seeds.get('incus'))) this.incus.trust(entry);
    return this.#hasApplication();
  }

  /** IncusOS' start-up fails and is tried again by its service manager, for ever. */
  #bootAgain(signal: AbortSignal, ms: number): void {
    this.#parts.clock.afterMs(ms, () => {
      if (!signal.aborted) void this.boot();
    });
  }

  /** Answers first, tells the provider, and is gone a moment later. */
  #goDown(cause: string | undefined, then: () => void): void {
    if (cause !== undefined) this.os.provider.notify(cause);
    this.#parts.clock.afterMs(DURATION.shutdown, () => {
      this.kill();
      then();
    });
  }

  /** Factory reset: same hardware and OS image, everything else from the seeds. */
  async #reinstall(): Promise<void> {
    const { clock } = this.#parts;
    this.incus.factoryReset(await this.#nextCertificate());
    this.#application?.forget();
    this.incus.setRunning(false);
    reinstallOs(this.os, this.#parts, this.#generation);
    clock.afterMs(DURATION.power_cycle, () => this.start());
  }

  async #nextCertificate(): Promise<ServerCertificate> {
    this.#generation += 1;
    this.#certificate = await this.#parts.freshCertificate(this.#generation);
    return this.#certificate;
  }

  #hasApplication(): boolean {
    return this.#os === undefined || primaryOf(this.#os.state.applications) !== undefined;
  }

  /** Aborted when the machine is switched off. */
  #lifetime(): AbortSignal {
    return (this.#life ??= new AbortController()).signal;
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
