import type { Clock } from './clock.ts';
import type { ServerCertificate } from './incus/member.ts';
import type { IncusOs } from './incus-os/incus-os.ts';
import { addressOfRole } from './incus-os/network-state.ts';
import { hostnameOf } from './incus-os/root.ts';
import { askProvider, type ProviderTarget } from './provider-client.ts';

const PORT = 8443;
const SELF_TRIES = 5;
const BETWEEN_SELF_TRIES_MS = 30_000;

/** What registering needs to know about the application behind it. */
export type RegistrationParts = {
  os: IncusOs;
  clock: Clock;
  /** The application's own certificate; undefined before it is installed. */
  certificate(): ServerCertificate | undefined;
  /** Trusts the certificate that came back. Throws if Incus refuses, 409 included. */
  trust(entry: { name: string; certificate: string }): void | Promise<void>;
  signal: AbortSignal;
};

/** `https://<management address>:8443`, or undefined if no interface has that role: IncusOS then stays silent. */
export function connectionUrl(os: IncusOs): string | undefined {
  const address = addressOfRole(os, 'management');
  if (address === undefined) return undefined;
  return `https://${address.includes(':') ? `[${address}]` : address}:${PORT}`;
}

export function targetOf({ os, certificate }: Pick<RegistrationParts, 'os' | 'certificate'>): ProviderTarget {
  const { config } = os.state.provider;
  return {
    url: config['server_url'] ?? '',
    pin: config['server_certificate'],
    client: certificate(),
    forgetPin: () => void delete config['server_certificate'],
  };
}

/** Registers once, with exactly the body of IncusOS. Rejects with what went wrong; the caller tries again later. */
export async function register(parts: RegistrationParts): Promise<void> {
  const { os } = parts;
  const connection_url = connectionUrl(os);
  if (connection_url === undefined) return;
  const body = {
    name: hostnameOf(os),
    connection_url,
    system_uuid: os.identity.system_uuid,
    machine_id: os.state.machine_id,
    public_connection_url: '',
    channel: '',
    description: '',
    properties: null,
    bmc_config: {
      api_type: '',
      endpoint: '',
      certificate: '',
      auto_pin_certificate: false,
      username: '',
      password: '',
    },
  };
  const token = encodeURIComponent(os.state.provider.config['server_token'] ?? '');
  const target = targetOf(parts);
  const ask = { method: 'POST', path: `/1.0/provisioning/servers?token=${token}`, body };
  const answer = await askProvider(target, ask, parts.clock, parts.signal);
  const certificate = typeof answer === 'object' && answer !== null ? Reflect.get(answer, 'certificate') : undefined;
  if (typeof certificate === 'string' && certificate !== '') {
    await parts.trust({ name: target.url, certificate });
    const trusted = os.state.fallback_listener['trusted_client_certificates'];
    os.state.fallback_listener['trusted_client_certificates'] = [
      ...(Array.isArray(trusted) ? trusted : []),
      certificate,
    ];
  }
  os.state.provider.registered = true;
}

/** Tells Operations Center that something happened: in the background, up to five rounds 30 s apart, then never again. */
export async function notifySelf(parts: RegistrationParts, cause: string): Promise<boolean> {
  const { os, clock, signal } = parts;
  const connection_url = connectionUrl(os);
  if (!os.state.provider.registered || os.state.provider.name !== 'operations-center' || connection_url === undefined)
    return false;
  const ask = { method: 'PUT', path: '/1.0/provisioning/servers/:self', body: { connection_url, cause } };
  for (let round = 1; round <= SELF_TRIES && !signal.aborted; round++) {
    try {
      await askProvider(targetOf(parts), ask, clock, signal);
      return true;
    } catch {
      // A missed notification is made good by the next one, or by a poll.
      if (round < SELF_TRIES) await simulated(clock, BETWEEN_SELF_TRIES_MS);
    }
  }
  return false;
}

const simulated = (clock: Clock, ms: number): Promise<void> =>
  new Promise((resolve) => void clock.afterMs(ms, resolve));
