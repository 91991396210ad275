/** A config map of Incus. */
export type ConfigMap = Record<string, string>;

/**
 * The application configuration, in Incus' own words (InitLocalPreseed), all fields there. Projects are named
 * (`default` where none is given).
 */
export type Preseed = {
  config: ConfigMap;
  storage_pools: PreseedPool[];
  networks: PreseedNetwork[];
  storage_volumes: PreseedVolume[];
  profiles: PreseedProfile[];
  projects: PreseedProject[];
  certificates: PreseedCertificate[];
  cluster_groups: PreseedGroup[];
};
export type PreseedPool = { name: string; driver: string; description: string; config: ConfigMap };
export type PreseedNetwork = { name: string; type: string; description: string; config: ConfigMap; project: string };
export type PreseedVolume = {
  name: string;
  type: string;
  content_type: string;
  description: string;
  config: ConfigMap;
  pool: string;
  project: string;
};
export type PreseedProfile = {
  name: string;
  description: string;
  config: ConfigMap;
  devices: Record<string, Record<string, string>>;
  project: string;
};
export type PreseedProject = { name: string; description: string; config: ConfigMap };
export type PreseedCertificate = {
  name: string;
  type: string;
  restricted: boolean;
  projects: string[];
  /** PEM of the first certificate given. */
  certificate: string;
  description: string;
  fingerprint: string;
};
/** `members` null: whoever is in it. */
export type PreseedGroup = { name: string; description: string; members: string[] | null; config: ConfigMap };
