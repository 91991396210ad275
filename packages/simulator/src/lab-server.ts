import type { Clock } from './clock.ts';
import type { FaultPort } from './faults.ts';
import { makeIdentity } from './identity.ts';
import type { Json } from './incus-os/go-json.ts';
import type { IncusOs } from './incus-os/incus-os.ts';
import type { LabIncus } from './lab-incus.ts';
import { freshState } from './machine.ts';
import { makeProviderPort } from './provider-port.ts';
import { register } from './registration.ts';

const AFTER_ANSWER_MS = 1_000;
const LOOK_MS = 250;
const BEFORE_NEXT_TRY_MS = 5_000;

export type LabServerParts = {
  name: string;
  address: string;
  seeds: ReadonlyMap<string, Json>;
  clock: Clock;
  faults: FaultPort;
  /** The real incusd; undefined: only the API, nothing behind it. */
  incus: LabIncus | undefined;
  signal: AbortSignal;
  say: (message: string) => void;
};

/** The IncusOS half of a server whose Incus is real (engineering E24). */
export function makeLabServer(parts: LabServerParts): { os: IncusOs; boot(): Promise<void> } {
  const { name, clock, signal, say } = parts;
  const identity = makeIdentity('lab', name);
  const install = (generation: number, seeds: ReadonlyMap<string, Json>) =>
    freshState({
      seed: 'lab',
      identity,
      generation,
      nowMs: clock.nowMs(),
      seeds,
      hostname: name,
      withApplications: true,
    });
  let generation = 0;

  /** The real incusd, or the reason why there is none to act on. */
  function real(): LabIncus {
    if (parts.incus !== undefined) return parts.incus;
    throw new Error('no incusd is known here: INCUS_OS_LAB, INCUS_OS_MEMBER and INCUS_OS_LAB_SCRIPT are not set');
  }
  const registration = () => ({
    os,
    clock,
    signal,
    certificate: () => parts.incus?.certificate(),
    trust: (entry: { name: string; certificate: string }) => real().trust(entry),
  });
  /** Answered first, done a second later; what goes wrong is said, because nobody waits for it. */
  const later = (what: string, run: () => Promise<void>) =>
    void clock.afterMs(
      AFTER_ANSWER_MS,
      () =>
        void run().then(
          () => say(`${what}: done`),
          (error: Error) => say(`${what}: ${error.message}`),
        ),
    );

  const os: IncusOs = {
    identity,
    clock,
    faults: parts.faults,
    state: install(0, parts.seeds),
    lease: (mac) => (mac.toLowerCase() === identity.mac(0) ? parts.address : undefined),
    networkChanged: () => {},
    application: {
      backup: async () => real().backup(),
      async restore(archive) {
        const putInPlace = await real().unpack(archive);
        later('restore', putInPlace);
      },
      factoryReset: () => later('application factory reset', resetApplication),
      restart: () =>
        later('restart', () =>
          real()
            .stop()
            .then(() => real().start()),
        ),
      updated: () => {},
    },
    power: {
      reboot: () => {
        os.provider.notify('system-reboot-triggered');
        later('reboot', async () => {
          await real().stop();
          await real().start();
          await boot();
        });
      },
      powerOff: () => {
        os.provider.notify('system-shutdown-triggered');
        later('power off', () => real().stop());
      },
      suspend: () => later('suspend', () => real().stop()),
      factoryReset: () => {
        generation += 1;
        later('factory reset', async () => {
          os.state = install(generation, os.state.seeds);
          await resetApplication();
          await boot();
        });
      },
    },
    provider: makeProviderPort(registration, () => register(registration())),
  };

  async function resetApplication(): Promise<void> {
    await real().wipe();
    await real().listenOn(parts.address);
  }

  /** Once incusd answers: register until it is accepted, then ready. */
  async function boot(): Promise<void> {
    os.state.booted_at_ms = clock.nowMs();
    os.state.system_is_ready = false;
    while (parts.incus !== undefined && !(await parts.incus.answers())) await clock.pause(LOOK_MS, signal);
    while (os.state.provider.name === 'operations-center' && !os.state.provider.registered) {
      try {
        await register(registration());
        say('registered');
      } catch (error) {
        signal.throwIfAborted();
        say(`registration: ${error instanceof Error ? error.message : String(error)}`);
        await clock.pause(BEFORE_NEXT_TRY_MS, signal);
      }
    }
    os.state.system_is_ready = true;
    os.provider.notify('system-is-ready');
  }

  return { os, boot };
}
