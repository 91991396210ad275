import type { Churn, GrowthWish, TrueObject } from './content.ts';

/** What the TLS front door hands over: the body is read already (≤ 1 MiB, the front door refuses more). */
export type IncusRequest = {
  method: string;
  /** Undecoded, without query. */
  path: string;
  query: URLSearchParams;
  headers: Record<string, string | undefined>;
  body: Buffer;
  /** SHA-256 of the leaf the client showed, 64 hex digits. */
  clientFingerprint: string | undefined;
  clientCertificatePem: string | undefined;
  /** Over the daemon's own socket: always trusted. */
  local?: boolean;
  signal: AbortSignal;
};

export type IncusReply = {
  status: number;
  headers: Record<string, string>;
  body: string | Buffer;
  /** `…/wait`: status and headers go out at once, the body follows when this resolves (then `body` is empty). */
  later?: Promise<string>;
  /** The body comes in pieces, made as the client takes them (then `body` is empty). */
  pieces?: Iterable<Buffer> | AsyncIterable<Buffer>;
  /** Of a call that began an operation: whether that came to nothing, once it is over. */
  failed?: Promise<boolean>;
};

export type ServerCertificate = { certificate: string; key: string; fingerprint: string };

/** The Incus application of one simulated machine. */
export interface IncusMember {
  readonly serverName: string;
  handle(request: IncusRequest): Promise<IncusReply>;
  /** Websocket on `/1.0/events`: a refusal, or accepted; then text messages are sent until `closed()` is called. */
  openEvents(request: IncusRequest, send: (text: string) => void, close: () => void): IncusReply | { closed(): void };
  /** Every websocket on `/1.0/events` breaks. */
  cutEvents(): void;
  /** Certificate shown to NEW connections now: its own, or the cluster's once clustered. */
  tls(): ServerCertificate;
  /** Its own server certificate (its identity towards Operations Center), also when clustered. */
  own(): ServerCertificate;
  isTrusted(fingerprint: string | undefined): boolean;
  /** What IncusOS does after a registration: type client, unrestricted. Throws IncusError 409 if it is there already. */
  trust(entry: { name: string; certificate: string }): void;
  isClustered(): boolean;
  /** Gzip tar of its state, as IncusOS' `:backup` of the application gives. */
  backup(): Promise<Buffer>;
  /** State as in that backup: unclustered again, same certificate, trust store back. Throws an Error if it is none. */
  restore(archive: Buffer): Promise<void>;
  factoryReset(fresh: ServerCertificate): void;
  /** Fills its cluster at once. Throws a TypeError if there is nothing to put instances on, or it is full already. */
  grow(wish: GrowthWish): void;
  /** All that its cluster holds now, whatever faults show. */
  truth(kinds: readonly string[]): Promise<TrueObject[]>;
  /** Killed or stopped daemon: other members see it Offline after 20 s. */
  setRunning(up: boolean): void;
  /** False while killed, stopped, or dead by the fault `join-answers-but-dies`: the front door refuses connections. */
  isRunning(): boolean;
}

export type HostInterface = {
  name: string;
  /** Roles IncusOS gives it: only `instances` makes it visible in `GET /1.0/networks`. */
  roles: readonly string[];
  addresses: readonly string[];
  hwaddr: string;
  mtu?: number;
};

export type MemberOptions = {
  name: string;
  addresses: { management: string; cluster: string };
  certificate: ServerCertificate;
  interfaces: readonly HostInterface[];
  /** Default: zfs, dir, btrfs, lvm, lvmcluster. */
  storageDrivers?: readonly string[];
  onIncusOs?: boolean;
  /** Names of the IncusOS services that are enabled now. */
  services?: () => readonly string[];
};

/** Named misbehaviour is decided outside; the API asks at logical points. */
export type FaultPort = {
  active(fault: string, server: string, argument?: string): { arg?: string } | undefined;
};

export type IncusWorldOptions = {
  clock: { nowMs(): number };
  /** 0 ≤ x < 1, seeded. */
  random: () => number;
  /** Factor on the durations of operations: 0 (default) = at once, 1 = as on real Incus. */
  pace?: () => number;
  faults: FaultPort;
  afterMs(ms: number, run: () => void): void;
  /** Curve of the cluster certificates made at bootstrap; P-384 is real Incus', P-256 is cheaper to handshake with. */
  clusterCurve?: 'P-256' | 'P-384';
  /** What each cluster holds beside what it was given by request; nothing if not said. */
  content?: GrowthWish;
};

export interface IncusWorld {
  makeMember(options: MemberOptions): IncusMember;
  readonly churn: Churn;
}
