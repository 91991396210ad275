import { type InterfaceState, isIncusApplication } from '@operations-center/fleet-protocol';
import type { Incus } from '../../../fleet/incus.ts';
import type { IncusOs } from '../../../fleet/incus-os.ts';
import type { AskOptions } from '../../../fleet/replies.ts';
import {
  type ApplicationVersion,
  maintenanceFromMemberStatus,
  maintenanceOf,
  type VersionData,
} from '../document/version-data.ts';
import type { ServerEndpoint } from '../server.ts';
import type { Seen } from './server-status.machine.ts';

/** Everything that a full poll reads. Documents as the server sent them, secrets and all. */
export type ServerFacts = {
  hardware: string;
  network: string;
  security: string;
  storage: string;
  version: VersionData;
  server_type: string;
  /** Without a prefix length; IPv6 without brackets. */
  managementAddresses: readonly string[];
  is_trusted: boolean;
};

export type FullObservation = { seen: Seen; facts?: ServerFacts };

const knownTypes = ['incus', 'incus-lts-7.0', 'migration-manager', 'operations-center'];

/** Has it booted? */
export async function askWhetherReady(
  incusOs: IncusOs,
  endpoint: ServerEndpoint,
  options: AskOptions,
): Promise<{ seen: Seen; os: VersionData['os'] }> {
  const { value } = await incusOs.getEnvironment(endpoint, options);
  const { os_name, os_version, os_version_next, system_is_ready } = value.environment;
  return {
    seen: system_is_ready ? { kind: 'ready' } : { kind: 'booting', reason: 'IncusOS is still starting' },
    os: { name: os_name, version: os_version, version_next: os_version_next, needs_reboot: false },
  };
}

/** Asks a server for everything, one question after the other, in OC's order. */
export async function readFacts(
  fleet: { incusOs: IncusOs; incus: Incus },
  endpoint: ServerEndpoint,
  isMember: boolean,
  options: AskOptions,
): Promise<FullObservation> {
  const { incusOs } = fleet;
  const { seen, os } = await askWhetherReady(incusOs, endpoint, options);
  if (seen.kind !== 'ready') return { seen };
  const hardware = await incusOs.getResources(endpoint, options);
  const network = await incusOs.getNetwork(endpoint, options);
  const security = await incusOs.getSecurity(endpoint, options);
  const storage = await incusOs.getStorage(endpoint, options);
  const applications = await readApplications(fleet, endpoint, isMember, options);
  const update = await incusOs.getUpdate(endpoint, options);
  const facts: ServerFacts = {
    hardware: hardware.text,
    network: network.text,
    security: security.text,
    storage: storage.text,
    version: {
      os: { ...os, needs_reboot: update.value.state.needs_reboot },
      applications,
      update_channel: update.value.config.channel,
    },
    server_type: applications.find(({ name }) => knownTypes.includes(name))?.name ?? 'unknown',
    managementAddresses: managementAddresses(network.value.state.interfaces),
    is_trusted: security.value.state.system_state_is_trusted ?? false,
  };
  return { seen: { kind: 'ready', needs_update: false, in_maintenance: maintenanceOf(applications) }, facts };
}

async function readApplications(
  { incusOs, incus }: { incusOs: IncusOs; incus: Incus },
  endpoint: ServerEndpoint,
  isMember: boolean,
  options: AskOptions,
): Promise<ApplicationVersion[]> {
  const found: ApplicationVersion[] = [];
  for (const name of await incusOs.listApplications(endpoint, options)) {
    const application = await incusOs.getApplication(endpoint, name, options);
    if (application === undefined) continue;
    const { version, friendly_version } = application.value.state;
    const member =
      isMember && isIncusApplication(name) ? await incus.getMember(endpoint, endpoint.name, options) : undefined;
    const in_maintenance = member === undefined ? 0 : maintenanceFromMemberStatus(member.value.status);
    found.push({ name, version, ...(friendly_version === '' ? {} : { friendly_version }), in_maintenance });
  }
  return found;
}

/** Addresses of the interfaces with the role, those that reach beyond their link. */
function managementAddresses(interfaces: Record<string, InterfaceState>): string[] {
  return Object.values(interfaces)
    .filter(({ roles }) => roles.includes('management'))
    .flatMap(({ addresses }) => addresses)
    .map((address) => address.split('/')[0] ?? '')
    .filter((address) => address !== '' && !/^fe80:/i.test(address));
}

/**
 * Where a server is to be reached from now on. What works is kept while it is one of the management addresses, so that
 * two of them do not take turns; else the first of them, on the port we know.
 */
export function connectionUrlFrom(current: string, addresses: readonly string[]): string {
  const { hostname, port } = new URL(current);
  const [first] = addresses;
  if (first === undefined || addresses.includes(hostname.replace(/^\[|\]$/g, ''))) return current;
  return `https://${first.includes(':') ? `[${first}]` : first}:${port === '' ? '8443' : port}`;
}
