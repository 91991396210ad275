import type { Clock } from './clock.ts';
import type { ServerCertificate } from './incus/member.ts';
import { freshApplication, isPrimary, seededApplications } from './incus-os/applications.ts';
import { isObject, type Json } from './incus-os/go-json.ts';
import type { IncusOs } from './incus-os/incus-os.ts';
import { askProvider } from './provider-client.ts';
import { targetOf } from './registration.ts';

export type UpdateParts = {
  os: IncusOs;
  clock: Clock;
  certificate(): ServerCertificate | undefined;
  signal: AbortSignal;
};

type Offer = { version: string; files: Json[] };

/** The whole check: applications first, then the OS, outcome in state.update. */
export async function checkForUpdates(parts: UpdateParts): Promise<void> {
  const { state, clock } = parts.os;
  state.update.status = 'Running update check';
  state.update.last_check = new Date(clock.nowMs()).toISOString();
  try {
    const offer = await findOffer(parts);
    if (offer !== undefined) updateApplications(parts.os, offer);
    state.update.status = offer === undefined ? 'Update check completed' : updateSystem(parts.os, offer);
  } catch {
    state.update.status = 'Failed to check for OS updates';
  }
}

/** Installs one application. Answers false if the provider does not have it. */
export async function installApplication(parts: UpdateParts, name: string): Promise<boolean> {
  const offer = await findOffer(parts);
  const { os } = parts;
  // Only Operations Center says what it has; the public image server of the simulated world has everything.
  if (os.state.provider.name === 'operations-center' && !hasApplication(offer, name)) return false;
  os.state.applications.set(name, freshApplication(name, offer?.version ?? os.state.os_version));
  os.provider.notify('application-update-applied');
  return true;
}

/** The applications that the seed names. Rejects if the provider cannot be asked; one that it does not have is left out. */
export async function installSeeded(parts: UpdateParts): Promise<void> {
  for (const name of seededApplications(parts.os.state.seeds.get('applications')))
    await installApplication(parts, name);
}

/** Newest first: the first entry of our channel wins, or the one we run, whichever comes first. */
async function findOffer(parts: UpdateParts): Promise<Offer | undefined> {
  const { os, clock, signal } = parts;
  if (os.state.provider.name !== 'operations-center') return undefined;
  const target = targetOf(parts);
  const updates = await askProvider(
    target,
    { method: 'GET', path: '/1.0/provisioning/updates?recursion=1' },
    clock,
    signal,
  );
  const channel = os.state.update.config['channel'];
  const fits = (update: Json) =>
    (Array.isArray(update['channels']) && update['channels'].includes(channel)) ||
    update['version'] === os.state.os_version;
  const found = objects(updates).find(fits);
  if (found === undefined) return undefined;
  const path = `/1.0/provisioning/updates/${String(found['uuid'])}/files`;
  return {
    version: String(found['version']),
    files: objects(await askProvider(target, { method: 'GET', path }, clock, signal)),
  };
}

const objects = (value: unknown): Json[] => (Array.isArray(value) ? value.filter(isObject) : []);

const hasApplication = (offer: Offer | undefined, name: string): boolean =>
  offer?.files.some(
    (file) => file['type'] === 'application' && String(file['filename']).split('/').at(-1) === `${name}.raw.gz`,
  ) === true;

/** Applications are replaced at once; the primary one restarts, so its port blips. */
function updateApplications(os: IncusOs, offer: Offer): void {
  for (const [name, application] of os.state.applications) {
    if (!hasApplication(offer, name) || offer.version <= application.version) continue;
    os.state.applications.set(name, { ...freshApplication(name, offer.version), config: application.config });
    os.provider.notify('application-update-applied');
    if (isPrimary(name)) os.application.updated(name);
  }
}

/** Stages the OS for the next boot. Answers the status text. */
function updateSystem(os: IncusOs, offer: Offer): string {
  const { state } = os;
  if (!offer.files.some((file) => file['component'] === 'os')) return 'Update check completed';
  // Versions are YYYYMMDDhhmm: they compare as text.
  if (offer.version < state.os_version) return 'Failed to check for OS updates';
  if (offer.version === state.os_version || offer.version === state.os_version_next) return 'Update check completed';
  state.os_version_next = offer.version;
  os.provider.notify('os-update-applied');
  if (state.update.config['auto_reboot'] === true) os.power.reboot();
  else state.update.needs_reboot = true;
  return `IncusOS has been updated to version ${offer.version}`;
}
