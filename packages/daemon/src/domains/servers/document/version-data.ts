import { isIncusApplication } from '@operations-center/fleet-protocol';

/** 0 not in maintenance · 1 evacuating · 2 evacuated · 3 restoring. OC's numbers. */
export type MaintenanceState = 0 | 1 | 2 | 3;

/** Versions as a server reports them: what is stored. */
export type VersionData = {
  os: { name: string; version: string; version_next: string; needs_reboot: boolean };
  applications: readonly ApplicationVersion[] | null;
  update_channel: string;
};
export type ApplicationVersion = {
  name: string;
  version: string;
  friendly_version?: string;
  in_maintenance: MaintenanceState;
};

/**
 * What a server shows: the stored versions with what follows from the updates of its channel. There are none yet, so
 * nothing needs an update.
 */
export const shownVersionData = ({ os, applications, update_channel }: VersionData): string =>
  JSON.stringify({
    os: { ...os, needs_update: false },
    applications:
      applications?.map(({ name, version, friendly_version, in_maintenance }) => ({
        name,
        version,
        ...(friendly_version === undefined || friendly_version === '' ? {} : { friendly_version }),
        needs_update: false,
        in_maintenance,
      })) ?? null,
    update_channel,
    needs_update: false,
    needs_reboot: os.needs_reboot,
    in_maintenance: maintenanceOf(applications),
  });

export const maintenanceOf = (applications: VersionData['applications']): MaintenanceState =>
  applications?.find(({ name }) => isIncusApplication(name))?.in_maintenance ?? 0;

/** Incus' word for a cluster member's state. */
export function maintenanceFromMemberStatus(status: string): MaintenanceState {
  if (status === 'Evacuating') return 1;
  if (status === 'Evacuated') return 2;
  return status === 'Restoring' ? 3 : 0;
}

// Stored by this domain with exactly this shape.
export const parseVersionData = (json: string): VersionData => JSON.parse(json) as VersionData;
