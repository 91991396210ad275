import type { Sealed } from '../../../platform/keys/sealing.ts';
import type { PlannedItem, PlannedService } from '../plan/plan.ts';

/**
 * What an item says, field by field: `description`, `config.limits.cpu`, `devices.eth0`. A device is one field: it is
 * replaced whole.
 */
export type Values = Readonly<Record<string, string>>;
/** The same by member; under the empty name stands what the whole cluster has. */
export type MemberValues = Readonly<Record<string, Values>>;

/** One field that is brought from what it was to what is wanted; null: it is not there. */
export type FieldChange = { member: string; field: string; before: string | null; after: string | null };

/** An item that needs something done. What need not be touched is not part of a plan. */
export type ChangedItem = PlannedItem & {
  /** Sealed JSON text of the field changes; empty for what is made. */
  changes: Sealed;
};

/**
 * An item that goes: we made it, no file speaks of it any more, and nothing uses it. `wanted` and `per_member` are what
 * makes it again as it was read; `after` names the pruned items that use it.
 */
export type PrunedItem = PlannedItem & {
  /** Sealed JSON text of what was read: PrunedLook. */
  before: Sealed;
};

/** What a pruned item looked like: one that looks otherwise by then is somebody else's. */
export type PrunedLook = {
  values: Values;
  /** Of a project: the values of its profile `default`, which goes and comes with it. */
  profile: Values | null;
};

/** An item that no file speaks of any more and that stays all the same, although pruning was asked for. */
export type KeptItem = { item: string; why: string; used_by: readonly string[] };

/** An item as it was last applied. */
export type AppliedItem = {
  item: PlannedItem;
  /** By us: nobody else had it before. */
  made: boolean;
  /** A file spoke of it; false: it came from our defaults alone. */
  in_file: boolean;
  /** Sealed JSON text of what was applied of it, defaults included: MemberValues. */
  values: Sealed;
};

/** What was last applied to a cluster: the files as they were given, and all that came of them and of those before. */
export type LastApplied = {
  /** Sealed JSON texts of the application configuration and of the service configuration. */
  seed: Sealed;
  services: Sealed;
  /** Sealed JSON text of what single servers got otherwise, as it was given; and whether built-in variables were resolved. */
  overrides: Sealed;
  built_ins: boolean;
  items: Readonly<Record<string, AppliedItem>>;
};

/** What Incus or a member would refuse. */
export type ItemProblem = { item: string; what: string; remedy: string };

/** A member of the cluster as its steps reach it. */
export type ApplyMember = { name: string; url: string; pins: readonly string[] };

/** Services of one member that are changed, in IncusOS' order. */
export type ServerServices = { server: string; services: readonly PlannedService[] };

/** Everything that applying will do, all choices made. Kept as JSON in the journal, so every secret inside is sealed. */
export type ApplyPlan = {
  cluster: string;
  cluster_id: string;
  members: readonly ApplyMember[];
  /** The member that is asked. */
  through: string;
  services: readonly ServerServices[];
  items: readonly ChangedItem[];
  /** What is deleted, once all else is done. */
  prunes: readonly PrunedItem[];
  /** What a person should know of it; each is a warning of the operation. */
  notes: readonly { code: string; message: string }[];
  /** What will have been applied last. */
  next: LastApplied;
  /** Sealed JSON text: texts that are shown nowhere, wherever they stand. */
  secrets: Sealed;
};

export const throughOf = ({ members, through }: Pick<ApplyPlan, 'members' | 'through'>): ApplyMember => {
  const member = members.find(({ name }) => name === through);
  if (member === undefined) throw new TypeError('a plan whose member is none');
  return member;
};

export const memberOf = ({ members }: Pick<ApplyPlan, 'members'>, server: string): ApplyMember =>
  throughOf({ members, through: server });
