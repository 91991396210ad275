import * as z from 'zod';
import { listOf } from './wire-values.ts';

/** `GET /os/1.0`. */
export const OsEnvironment = z.looseObject({
  environment: z.looseObject({
    hostname: z.string(),
    machine_id: z.string().optional(),
    os_name: z.string(),
    os_version: z.string(),
    /** Empty on a fresh install; stays set after the reboot. */
    os_version_next: z.string().default(''),
    system_is_ready: z.boolean(),
    uptime: z.number().optional(),
  }),
});
export type OsEnvironment = z.output<typeof OsEnvironment>;

/** Applications that are an Incus; one server has at most one of them. */
export const INCUS_APPLICATIONS = ['incus', 'incus-lts-7.0'] as const;
export type IncusApplication = (typeof INCUS_APPLICATIONS)[number];
export const isIncusApplication = (name: string): name is IncusApplication =>
  (INCUS_APPLICATIONS as readonly string[]).includes(name);

/** `GET /os/1.0/applications/{name}`. */
export const Application = z.looseObject({
  state: z.looseObject({
    initialized: z.boolean(),
    version: z.string(),
    is_primary: z.boolean().optional(),
    friendly_version: z.string().default(''),
    available_versions: listOf(z.string()),
    last_restored: z.string().optional(),
  }),
  config: z.unknown(),
});
export type Application = z.output<typeof Application>;

export const NETWORK_ROLES = ['management', 'cluster', 'instances', 'storage'] as const;
export type NetworkRole = (typeof NETWORK_ROLES)[number];

/** One device of the network's configuration: an interface, bond, VLAN or tunnel. `addresses` are CIDRs, or words such as dhcp4. */
export const ConfiguredDevice = z.looseObject({
  name: z.string().default(''),
  addresses: listOf(z.string()),
  roles: listOf(z.string()),
  vlan_tags: listOf(z.number()),
  /** Only of VLANs. */
  id: z.number().optional(),
  parent: z.string().optional(),
});
export type ConfiguredDevice = z.output<typeof ConfiguredDevice>;

/** The `config` of `GET /os/1.0/system/network`, as far as servers are compared by it. */
export const NetworkConfig = z.looseObject({
  interfaces: listOf(ConfiguredDevice),
  bonds: listOf(ConfiguredDevice),
  vlans: listOf(ConfiguredDevice),
});
export type NetworkConfig = z.output<typeof NetworkConfig>;

/** One interface as IncusOS sees it. Addresses carry no prefix length; roles may be ones we do not know yet. */
export const InterfaceState = z.looseObject({
  type: z.string().optional(),
  state: z.string().default(''),
  addresses: listOf(z.string()),
  hwaddr: z.string().default(''),
  mtu: z.number().optional(),
  speed: z.string().optional(),
  roles: listOf(z.string()),
});
export type InterfaceState = z.output<typeof InterfaceState>;

/** `GET /os/1.0/system/network`. */
export const SystemNetwork = z.looseObject({
  config: z.unknown(),
  state: z.looseObject({
    interfaces: z
      .record(z.string(), InterfaceState)
      .nullish()
      .transform((map) => map ?? {}),
    configuration_in_process: z.boolean().optional(),
  }),
});
export type SystemNetwork = z.output<typeof SystemNetwork>;

/** `GET /os/1.0/system/security`. */
export const SystemSecurity = z.looseObject({
  config: z.unknown(),
  state: z.looseObject({
    system_state_is_trusted: z.boolean().optional(),
    secure_boot_enabled: z.boolean().optional(),
    tpm_status: z.string().optional(),
    encryption_recovery_keys_retrieved: z.boolean().optional(),
    encrypted_volumes: listOf(z.looseObject({ volume: z.string(), state: z.string() })),
  }),
});
export type SystemSecurity = z.output<typeof SystemSecurity>;

/** `GET /os/1.0/system/storage`. */
export const SystemStorage = z.looseObject({
  config: z.unknown(),
  state: z.looseObject({
    pools: listOf(
      z.looseObject({
        name: z.string(),
        state: z.string().optional(),
        encryption_key_status: z.string().optional(),
        usable_pool_size_in_bytes: z.number().optional(),
        pool_allocated_space_in_bytes: z.number().optional(),
      }),
    ),
    drives: listOf(
      z.looseObject({
        id: z.string(),
        boot: z.boolean().optional(),
        encrypted: z.boolean().optional(),
        member_pool: z.string().optional(),
      }),
    ),
    root_partition: z
      .looseObject({ size_in_bytes: z.number().optional(), available_in_bytes: z.number().optional() })
      .optional(),
  }),
});
export type SystemStorage = z.output<typeof SystemStorage>;

/** `GET /os/1.0/system/update`. */
export const SystemUpdate = z.looseObject({
  config: z.looseObject({
    auto_reboot: z.boolean().default(false),
    channel: z.string().default(''),
    check_frequency: z.string().default(''),
  }),
  state: z.looseObject({
    last_check: z.string().optional(),
    status: z.string().default(''),
    needs_reboot: z.boolean(),
  }),
});
export type SystemUpdate = z.output<typeof SystemUpdate>;

/** `PUT /os/1.0/system/update`; `check_frequency` is mandatory, a Go duration or `never`. */
export type PutSystemUpdate = {
  config: {
    auto_reboot: boolean;
    channel: string;
    check_frequency: string;
    maintenance_windows?: readonly Record<string, unknown>[];
  };
};

/** `GET /os/1.0/system/provider`. */
export const SystemProvider = z.looseObject({
  config: z.looseObject({
    name: z.string(),
    config: z
      .record(z.string(), z.string())
      .nullish()
      .transform((map) => map ?? {}),
  }),
  state: z.looseObject({ registered: z.boolean().default(false) }),
});
export type SystemProvider = z.output<typeof SystemProvider>;

/** `GET /os/1.0/system/resources`: Incus' Resources object, without config and state around it. */
export const SystemResources = z.looseObject({
  cpu: z.looseObject({ architecture: z.string().default(''), total: z.number().optional() }),
  memory: z.looseObject({ total: z.number().optional(), used: z.number().optional() }).optional(),
  system: z.looseObject({ uuid: z.string().default('') }).optional(),
});
export type SystemResources = z.output<typeof SystemResources>;

/** Incus' limit on a request's body; above it `/os` answers 502 without a text. */
export const INCUS_BODY_LIMIT_BYTES = 2 ** 20;

/** A backup goes back as the body of a `/os` request, so it must stay below Incus' limit, with room to spare. */
export const BACKUP_LIMIT_BYTES = 1_000_000;
