import { z } from 'zod';
import type { FaultCode } from '../faults.ts';
import { type RouteSpec, route } from '../route.ts';
import { empty, flag, text, wireObject } from '../wire.ts';

const list = z.array(z.string()).default([]);

export const networkSettings = wireObject({
  address: text.describe('URL under which servers reach us, for example https://oc.example.net:7443'),
  rest_server_address: text.describe('Where we listen for HTTPS: ip, ip:port or :port; empty: nowhere'),
});
export const securitySettings = wireObject({
  oidc: wireObject({ issuer: text, client_id: text, scopes: text, audience: text, claim: text }).default({
    issuer: '',
    client_id: '',
    scopes: '',
    audience: '',
    claim: '',
  }),
  openfga: wireObject({ api_token: text, api_url: text, store_id: text }).default({
    api_token: '',
    api_url: '',
    store_id: '',
  }),
  acme: wireObject({
    agree_tos: flag,
    ca_url: text,
    challenge: text,
    domain: text,
    email: text,
    http_challenge_address: text,
    provider: text,
    provider_environment: list,
    provider_resolvers: list,
  }).default({
    agree_tos: false,
    ca_url: '',
    challenge: '',
    domain: '',
    email: '',
    http_challenge_address: '',
    provider: '',
    provider_environment: [],
    provider_resolvers: [],
  }),
  trusted_tls_client_cert_fingerprints: list.describe(
    'SHA-256 of the client certificates with full rights; colons and case do not matter',
  ),
  trusted_https_proxies: z.array(z.string()).nullable().default(null),
  redact: z
    .enum(['', 'always'])
    .optional()
    .describe(
      'always: secrets read **redacted** for everybody, also for who has full rights; sent back so they stay. Empty: shown to who may see them, as in OC. Left out of a PUT: unchanged',
    ),
});
export const generalSettings = wireObject({
  log_level: text.describe('TRACE, DEBUG, INFO, WARN, ERROR, or empty'),
  server_registration_scriptlet: text,
  replace_silent_servers: z
    .boolean()
    .default(true)
    .describe(
      'May a reinstalled machine that registers with a valid token take the place of an unclustered server silent for 10 minutes',
    ),
  operations_kept_days: z
    .int()
    .min(1)
    .max(36_500)
    .default(90)
    .describe('Operations that ended longer ago are removed, with their journals'),
  operations_kept: z
    .int()
    .min(100)
    .max(1_000_000)
    .default(10_000)
    .describe('So many that have ended are kept at most, the newest'),
  audit_kept_days: z
    .int()
    .max(36_500)
    .refine((days) => days === 0 || days >= 30, 'expected 0, or 30 and more')
    .default(0)
    .describe(
      'Entries of the audit that are older are removed, which the audit itself records; 0: never; else 30 or more',
    ),
  inventory_kept_days: z
    .int()
    .min(1)
    .max(3_650)
    .default(90)
    .describe('What inventory objects were is forgotten when it ended longer ago'),
  inventory_kept_mib: z
    .int()
    .min(1)
    .max(1_048_576)
    .default(10_240)
    .describe(
      'So much space what inventory objects were may need (MiB), without indexes; the oldest is forgotten first',
    ),
});
export const updateSettings = wireObject({
  source: text,
  signature_verification_root_ca: text,
  filter_expression: text,
  file_filter_expression: text,
  updates_default_channel: text,
  server_default_channel: text.describe('Update channel of servers and tokens that name none'),
  image_server_authentication_by_query_param: flag,
});

const show = <const Name extends string, Answer extends z.ZodType>(section: Name, about: string, answer: Answer) =>
  route({
    name: `system_${section}_show`,
    method: 'GET',
    path: `/1.0/system/${section}`,
    about,
    access: 'can_view',
    answer,
    success: 200,
    faults: [],
  } satisfies RouteSpec);

const update = <const Name extends string, Body extends z.ZodType>(
  section: Name,
  about: string,
  body: Body,
  faults: readonly FaultCode[],
) =>
  route({
    name: `system_${section}_update`,
    method: 'PUT',
    path: `/1.0/system/${section}`,
    about,
    access: 'can_edit',
    body,
    answer: empty,
    success: 200,
    faults,
  } satisfies RouteSpec);

export const settingsRoutes = {
  system_network_show: show('network', 'Show the network settings', networkSettings),
  system_network_update: update('network', 'Replace the network settings', networkSettings, [
    'network_settings_invalid',
    'listener_failed',
  ]),
  system_security_show: show('security', 'Show the security settings', securitySettings),
  system_security_update: update('security', 'Replace the security settings', securitySettings, ['setting_invalid']),
  system_settings_show: show('settings', 'Show the general settings', generalSettings),
  system_settings_update: update('settings', 'Replace the general settings', generalSettings, ['setting_invalid']),
  system_updates_show: show('updates', 'Show the update settings', updateSettings),
  system_updates_update: update('updates', 'Replace the update settings', updateSettings, [
    'setting_invalid',
    'channel_unknown',
  ]),
};
