import type { ResetSeeds } from '@operations-center/fleet-protocol';
import { isSelfSigned } from '@operations-center/tls';
import type { Json } from '@operations-center/workflow';
import type { Sealed } from '../../../platform/keys/sealing.ts';
import type { ResetFacts } from './factory-reset.rules.ts';

/** What a reset does, chosen before: which server, as what it is known now, and the token it comes back with. */
export type FactoryResetPlan = {
  /** The operation it is a way out of. */
  operation: string;
  server: string;
  url: string;
  pins: readonly string[];
  fingerprint: string;
  channel: string;
  cluster: string | null;
  forming_cluster: string | null;
  token: Sealed;
} & { readonly [key: string]: Json };

const version = '1';

/** What the server finds when it starts anew: itself as it is now, empty, and the way to us. */
export function makeResetSeeds(
  { network, update, security, applications }: ResetFacts,
  provider: { address: string; certificate: string; token: string },
): ResetSeeds {
  const certificates = certificatesOf(security.config);
  return {
    // Strictly read by IncusOS, which wrote it: nothing is added but the version.
    network: { ...(network.config as Record<string, unknown>), version }, // an object: the rules refuse all else
    applications: { version, applications: applications.map((name) => ({ name })) },
    update: { ...update.config, version },
    security: { version, ...(certificates.length === 0 ? {} : { custom_ca_certs: certificates }) },
    provider: {
      version,
      name: 'operations-center',
      config: {
        server_url: provider.address,
        server_token: provider.token,
        ...(isSelfSigned(provider.certificate) ? { server_certificate: provider.certificate } : {}),
      },
    },
    // Without this section Incus would make itself pools and networks, and not be empty.
    incus: { version, apply_defaults: false, preseed: null },
  };
}

function certificatesOf(config: unknown): string[] {
  if (typeof config !== 'object' || config === null || !('custom_ca_certs' in config)) return [];
  const { custom_ca_certs: found } = config;
  return Array.isArray(found) ? found.filter((one) => typeof one === 'string') : [];
}
