import type { generalSettings, networkSettings, securitySettings, updateSettings } from '@operations-center/contract';
import type { z } from 'zod';

export type NetworkSettings = z.output<typeof networkSettings>;
export type SecuritySettings = z.output<typeof securitySettings>;
export type GeneralSettings = z.output<typeof generalSettings>;
export type UpdateSettings = z.output<typeof updateSettings>;

/** The four sections of `/1.0/system`, each replaced whole by its PUT. */
export type Settings = {
  network: NetworkSettings;
  security: SecuritySettings;
  settings: GeneralSettings;
  updates: UpdateSettings;
};
export type SettingsSection = keyof Settings;

/** What a new daemon has; equal to OC's, but no update source is preset: nothing is fetched that nobody asked for. */
export const defaultSettings: Settings = {
  network: { address: '', rest_server_address: '' },
  security: {
    oidc: { issuer: '', client_id: '', scopes: '', audience: '', claim: '' },
    openfga: { api_token: '', api_url: '', store_id: '' },
    acme: {
      agree_tos: false,
      ca_url: 'https://acme-v02.api.letsencrypt.org/directory',
      challenge: 'HTTP-01',
      domain: '',
      email: '',
      http_challenge_address: ':80',
      provider: '',
      provider_environment: [],
      provider_resolvers: [],
    },
    trusted_tls_client_cert_fingerprints: [],
    trusted_https_proxies: null,
    redact: '',
  },
  settings: {
    log_level: '',
    server_registration_scriptlet: '',
    replace_silent_servers: true,
    operations_kept_days: 90,
    operations_kept: 10_000,
    audit_kept_days: 0,
    inventory_kept_days: 90,
    inventory_kept_mib: 10_240,
  },
  updates: {
    source: '',
    signature_verification_root_ca: '',
    filter_expression: '"stable" in upstream_channels',
    file_filter_expression: 'applies_to_architecture(architecture, "x86_64")',
    updates_default_channel: 'stable',
    server_default_channel: 'stable',
    image_server_authentication_by_query_param: false,
  },
};

/** Paths inside the sections that hold secrets. */
export const secretPaths: Record<SettingsSection, readonly (readonly string[])[]> = {
  network: [],
  security: [
    ['openfga', 'api_token'],
    ['acme', 'provider_environment', '*'],
  ],
  settings: [],
  updates: [],
};
