import type { Clock } from '../clock.ts';
import type { FaultPort } from '../faults.ts';
import type { Identity } from '../identity.ts';
import type { Json } from './go-json.ts';

export type InstalledApplication = { version: string; friendly_version: string; config: Json; last_restored?: string };

/** Everything one IncusOS remembers. Field names are those of its API. */
export type OsState = {
  machine_id: string;
  os_version: string;
  /** Stays set after the reboot, then equal to os_version. */
  os_version_next: string;
  os_version_alternate?: string;
  system_is_ready: boolean;
  booted_at_ms: number;
  applications: Map<string, InstalledApplication>;
  services: Map<string, Json>;
  network: { config: Json; pending?: { previous: Json; cancel: () => void } };
  storage: { scrub_schedule: string; pools: Json[] };
  security: { encryption_recovery_keys: string[]; custom_ca_certs: string[]; retrieved: boolean };
  update: { config: Json; last_check: string; status: string; needs_reboot: boolean };
  provider: { name: string; config: Record<string, string>; registered: boolean };
  kernel: Json;
  logging: Json;
  fallback_listener: Json;
  /** The seed partition: section → content. Survives a factory reset unless wiped. */
  seeds: Map<string, Json>;
};

/** What IncusOS asks of the application it runs (Incus: simulated, or a real incusd). Its name is one of the installed ones. */
export type ApplicationPort = {
  /** gzip tar of the application's directory, taken while it runs. */
  backup(): Promise<Buffer>;
  /** Checks and keeps the archive; the application is replaced by it later (IncusOS answers first). Throws if it is no archive. */
  restore(archive: Buffer): Promise<void>;
  factoryReset(): void;
  restart(): void;
  /** After the application's own image was replaced. */
  updated(name: string): void;
};

export type PowerPort = {
  reboot(): void;
  powerOff(): void;
  suspend(): void;
  /** The seeds are in the state already. */
  factoryReset(): void;
};

/** IncusOS as a client of Operations Center. */
export type ProviderPort = {
  /** Fire and forget. */
  notify(cause: string): void;
  /** After PUT system/provider: registers, or refreshes. Rejects with IncusOS' text. */
  configure(): Promise<void>;
  /** Asks the provider for updates and installs what is newer. Never rejects: the outcome is in state.update. */
  checkForUpdates(): Promise<void>;
  /** Installs one application. Answers false if the provider does not have it. */
  install(application: string): Promise<boolean>;
};

/** One IncusOS: its state and the world around it. Handlers get it with every call. */
export type IncusOs = {
  readonly identity: Identity;
  readonly clock: Clock;
  readonly faults: FaultPort;
  state: OsState;
  readonly application: ApplicationPort;
  readonly power: PowerPort;
  readonly provider: ProviderPort;
  /** What DHCP gives to this card: a plain IP. */
  lease(mac: string): string | undefined;
  /** The network configuration in force was changed. */
  networkChanged(): void;
};

export type OsRequest = {
  method: string;
  /** As on IncusOS' own socket: without /os. */
  path: string;
  query: URLSearchParams;
  body: Buffer;
  /** The first X-IncusOS-Proxy value; undefined = the unix socket itself. */
  prefix: string | undefined;
};

export type OsCall = OsRequest & { os: IncusOs; parameters: Record<string, string> };
