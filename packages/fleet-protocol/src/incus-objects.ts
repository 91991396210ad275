import * as z from 'zod';
import { ConfigMap, listOf } from './wire-values.ts';

const text = z.string().default('');
const urls = listOf(z.string());

/** `Created` is the only good one; a network may also be `Unavailable` or `Unknown`. */
export const OBJECT_STATUS = ['Pending', 'Created', 'Errored', 'Unavailable', 'Unknown'] as const;

export const StoragePool = z.looseObject({
  name: z.string(),
  driver: z.string(),
  description: text,
  config: ConfigMap,
  status: text,
  locations: urls,
  used_by: urls,
});
export type StoragePool = z.output<typeof StoragePool>;

export const Network = z.looseObject({
  name: z.string(),
  type: z.string(),
  description: text,
  config: ConfigMap,
  managed: z.boolean(),
  status: text,
  locations: urls,
  project: text,
  used_by: urls,
});
export type Network = z.output<typeof Network>;

export const StorageVolume = z.looseObject({
  name: z.string(),
  type: z.string(),
  content_type: text,
  description: text,
  config: ConfigMap,
  location: text,
  project: text,
  pool: z.string().optional(),
  used_by: urls,
});
export type StorageVolume = z.output<typeof StorageVolume>;

export const Devices = z
  .record(z.string(), z.record(z.string(), z.string()))
  .nullish()
  .transform((map) => map ?? {});

export const Profile = z.looseObject({
  name: z.string(),
  description: text,
  config: ConfigMap,
  devices: Devices,
  project: text,
  used_by: urls,
});
export type Profile = z.output<typeof Profile>;

export const Project = z.looseObject({ name: z.string(), description: text, config: ConfigMap, used_by: urls });
export type Project = z.output<typeof Project>;

export const ClusterGroup = z.looseObject({
  name: z.string(),
  description: text,
  members: urls,
  config: ConfigMap,
  used_by: urls,
});
export type ClusterGroup = z.output<typeof ClusterGroup>;

export const TrustedCertificate = z.looseObject({
  fingerprint: z.string(),
  name: text,
  type: z.string(),
  restricted: z.boolean().default(false),
  projects: urls,
  certificate: text,
  description: text,
});
export type TrustedCertificate = z.output<typeof TrustedCertificate>;

/** Request bodies. `config` of a call with `?target=` holds member-specific keys only, and no description. */
export type PostStoragePool = { name: string; driver: string; description: string; config: ConfigMap };
export type PostNetwork = { name: string; type: string; description: string; config: ConfigMap };
export type PostStorageVolume = {
  name: string;
  type: 'custom';
  content_type: string;
  description: string;
  config: ConfigMap;
};
export type PostProfile = { name: string; description: string; config: ConfigMap; devices: z.output<typeof Devices> };
export type PostProject = { name: string; description: string; config: ConfigMap };
export type PostClusterGroup = {
  name: string;
  description: string;
  members: readonly string[] | null;
  config: ConfigMap;
};
/** `certificate` is base64 of the DER form, or PEM. */
export type PostCertificate = {
  name: string;
  type: 'client' | 'metrics';
  restricted: boolean;
  projects: readonly string[];
  certificate: string;
  description: string;
};
