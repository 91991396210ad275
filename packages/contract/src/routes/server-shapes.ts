/** A server as OC shows it, field by field and in its order. */
import { z } from 'zod';
import { flag, storedConfigMap, text, wireObject } from '../wire.ts';

export const serverStatuses = ['unknown', 'unregistered', 'pending', 'ready', 'offline'] as const;
export const knownServerTypes = [
  'unknown',
  'incus',
  'incus-lts-7.0',
  'migration-manager',
  'operations-center',
] as const;

const noBmc = { api_type: '', endpoint: '', certificate: '', auto_pin_certificate: false, username: '', password: '' };

export const bmcConfig = wireObject({
  api_type: text,
  endpoint: text,
  certificate: text,
  auto_pin_certificate: flag,
  username: text,
  password: text,
}).default(noBmc);
export type BmcConfig = z.output<typeof bmcConfig>;

const putFields = {
  public_connection_url: text.describe('Where people and clients reach it, if that differs from connection_url'),
  channel: text.describe('Update channel'),
  description: text,
  properties: storedConfigMap.describe('Free words about the server; scalars become strings'),
  bmc_config: bmcConfig,
};

/** What can be set of a server. A PUT replaces all of it. */
export const serverPut = wireObject(putFields);
export type ServerPut = z.output<typeof serverPut>;

/** A registration as IncusOS sends it, or a pre-registration. */
export const serverPost = wireObject({
  ...putFields,
  name: text,
  connection_url: text.describe('How we reach it: https://address:8443'),
  system_uuid: z.string().nullable().default(null),
  machine_id: z.string().nullable().default(null),
});
export type ServerPost = z.output<typeof serverPost>;

export const serverSelfUpdate = wireObject({
  connection_url: text.describe('Empty: unchanged'),
  cause: text.describe('Why the server calls: system-is-ready, network-config-changed …; unknown causes are taken'),
});
export type ServerSelfUpdate = z.output<typeof serverSelfUpdate>;

const opaque = z.looseObject({});

export const server = z.object({
  public_connection_url: z.string(),
  channel: z.string(),
  description: z.string(),
  properties: z.record(z.string(), z.string()).nullable(),
  bmc_config: opaque,
  name: z.string(),
  connection_url: z.string(),
  system_uuid: z.string().nullable(),
  machine_id: z.string().nullable(),
  certificate: z.string().describe("PEM of the server's own certificate: its identity"),
  fingerprint: z.string().describe('SHA-256 of that certificate, 64 hex digits'),
  cluster: z.string().describe('Empty: not in a cluster'),
  server_type: z.enum(knownServerTypes),
  hardware_data: opaque,
  os_data: opaque,
  version_data: opaque,
  bmc_data: opaque,
  server_status: z.enum(serverStatuses),
  server_status_detail: z.string(),
  last_updated: z.string(),
  last_seen: z.string(),
  system_state_is_trusted: z.boolean(),
  server_status_reason: z
    .string()
    .optional()
    .describe('Why it is offline: a code, a colon, and words; for certificate_changed both fingerprints'),
  claimed_system_uuid: z.string().optional().describe('Claimed at registration, but it belongs to conflicts_with'),
  claimed_machine_id: z.string().optional().describe('Claimed at registration, but it belongs to conflicts_with'),
  conflicts_with: z.string().optional().describe('The server whose ids this one claims'),
});
export type ServerAnswer = z.output<typeof server>;
