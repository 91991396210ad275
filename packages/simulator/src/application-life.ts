import type { Clock } from './clock.ts';
import type { FaultPort } from './faults.ts';
import type { IncusMember, ServerCertificate } from './incus/member.ts';
import type { ApplicationPort } from './incus-os/incus-os.ts';

/** Simulated milliseconds. */
const DURATION = { shutdown: 1_000, restart: 1_000 } as const;

export type ApplicationParts = {
  name: string;
  clock: Clock;
  faults: FaultPort;
  incus(): IncusMember;
  nextCertificate(): Promise<ServerCertificate>;
  isOn(): boolean;
  /** The power fails. */
  kill(): void;
  changed(): void;
  failed(message: string): void;
};

export type ApplicationLife = {
  /** What IncusOS asks of its application. */
  port: ApplicationPort;
  isUp(): boolean;
  /** The disk was emptied. */
  forget(): void;
};

/** Incus as IncusOS runs it: stopped and started again by a backup that is put back, a reset, a restart. The OS stays up. */
export function makeApplicationLife(parts: ApplicationParts): ApplicationLife {
  const { clock, incus } = parts;
  let up = true;
  /** `/var/lib/incus.new` of a restore that did not come to its end. */
  let hasHalfRestore = false;

  const pause = (meanwhile: () => void | Promise<void>): void => {
    up = false;
    incus().setRunning(false);
    parts.changed();
    const back = async () => {
      try {
        await meanwhile();
      } catch (error) {
        parts.failed(error instanceof Error ? error.message : String(error));
      }
      up = true;
      if (parts.isOn()) incus().setRunning(true);
      parts.changed();
    };
    clock.afterMs(DURATION.restart, () => void back());
  };

  const restore = async (archive: Buffer): Promise<void> => {
    // IncusOS unpacks into a new directory beside, and makes it only where there is none.
    if (hasHalfRestore) throw new Error('mkdir /var/lib/incus.new: file exists');
    if (archive.length < 20 || archive.readUInt16BE(0) !== 0x1f8b) throw new Error('gzip: invalid header');
    if (parts.faults.active('restore-cut', parts.name) !== undefined) {
      hasHalfRestore = true;
      parts.kill();
      throw new Error('the power failed');
    }
    clock.afterMs(DURATION.shutdown, () => pause(() => incus().restore(archive)));
  };

  return {
    isUp: () => up,
    forget: () => void (hasHalfRestore = false),
    port: {
      backup: () => incus().backup(),
      restore,
      factoryReset: () => pause(async () => incus().factoryReset(await parts.nextCertificate())),
      restart: () => pause(() => {}),
      updated: () => pause(() => {}),
    },
  };
}
