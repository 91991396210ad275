import type { Sealer } from '../../../../platform/keys/sealing.ts';
import { fingerprintOf, type ItemBody, openItem } from '../../plan/open-item.ts';
import type { AppliedItem, KeptItem, LastApplied, MemberValues, PrunedItem } from '../apply.ts';
import { toValues } from '../item-values.plan.ts';
import { type LiveItem, type PlannedApply, valuesOfLive } from '../plan-apply.plan.ts';
import { strangeField } from '../three-way.plan.ts';
import { pruneItem } from './remake.plan.ts';
import { isOwnProfile, keysOfUser, nameOfUser } from './users.plan.ts';

/** A candidate as the cluster shows it, with the URLs of all that uses it; of a project also its profile `default`. */
export type LiveCandidate = LiveItem & { users: readonly string[]; profile: ItemBody | null };

export type PruneLook = {
  /** By key; undefined: it is gone. */
  live: Readonly<Record<string, LiveCandidate | undefined>>;
  /** Fingerprints of the client certificates that the cluster trusts. */
  clients: readonly string[];
};

export type PlannedPrunes = {
  prunes: readonly PrunedItem[];
  kept: readonly KeptItem[];
  /** Keys of what is not there any more, or goes with something else. */
  gone: readonly string[];
};

type Ask = {
  candidates: readonly AppliedItem[];
  last: LastApplied | undefined;
  look: PruneLook;
  ownFingerprint: string;
};

/** What files spoke of once, and the file does not any more. The server's own configuration is always there. */
export const listCandidates = (last: LastApplied | undefined, inFile: readonly string[]): AppliedItem[] =>
  Object.values(last?.items ?? {}).filter(
    ({ item, in_file }) => in_file && item.kind !== 'server-config' && !inFile.includes(item.key),
  );

/** What Incus and we ourselves stand on, whoever made it. */
const protectedNames = ['default', 'internal', 'local', 'meshbr0'];

/** Why an item stays whatever the cluster shows; undefined: it must be looked at. */
export function findLastingReason({ item, made }: AppliedItem): string | undefined {
  if (item.kind === 'storage-volume') return 'a volume may hold data: delete it by hand';
  if (item.kind === 'profile' && item.name === 'default') return 'each project has one';
  if (protectedNames.includes(item.name) || item.project === 'internal')
    return 'Incus and Operations Center stand on it';
  return made ? undefined : 'it was there before it was applied';
}

/** Pure: which candidates go, what uses those that stay, and in which order. */
export function planPrunes({ candidates, last, look, ownFingerprint }: Ask, sealer: Sealer): PlannedPrunes {
  const kept = new Map<string, KeptItem>();
  const keep = (key: string, why: string, used_by: readonly string[] = []) =>
    kept.set(key, { item: key, why, used_by });
  const gone: string[] = [];
  const open: Open[] = [];
  for (const candidate of candidates) {
    const { item } = candidate;
    const lasting = findLastingReason(candidate);
    const live = look.live[item.key];
    if (lasting !== undefined) keep(item.key, lasting);
    else if (live === undefined) gone.push(item.key);
    else {
      const why = findReason(candidate, live, { last, ownFingerprint }, sealer);
      if (why === undefined) open.push({ ...candidate, live });
      else keep(item.key, why);
    }
  }
  const left = withoutUsed(withoutLastClient(open, { look, ownFingerprint }, { sealer, keep }), keep);
  const keys = new Set(left.map(({ item }) => item.key));
  const withProject = [...kept.keys()].filter((key) => keys.has(projectOfDefault(key) ?? ''));
  for (const key of withProject) kept.delete(key);
  const prunes = left.map(({ item, values, live }) => {
    const users = live.users.flatMap(keysOfUser).filter((key) => keys.has(key) && key !== item.key);
    return pruneItem(item, live, { applied: openValues(values, sealer), after: [...new Set(users)] }, sealer);
  });
  return { prunes, kept: [...kept.values()], gone: [...gone, ...withProject] };
}

type Open = Pick<AppliedItem, 'item' | 'values'> & { live: LiveCandidate };
type Keep = (key: string, why: string, used_by?: readonly string[]) => void;

/** What is used by something that stays stays, too, and so on until nothing changes. */
function withoutUsed(open: readonly Open[], keep: Keep): Open[] {
  const keys = new Set(open.map(({ item }) => item.key));
  const usersOf = ({ item, live }: Open) =>
    live.users.filter(
      (url) =>
        !(item.kind === 'project' && isOwnProfile(url, item.name)) && !keysOfUser(url).some((key) => keys.has(key)),
    );
  const used = open.filter((one) => usersOf(one).length > 0);
  if (used.length === 0) return [...open];
  for (const one of used) {
    const users = usersOf(one);
    keep(one.item.key, `used by ${fewOf(users.map(nameOfUser))}`, users);
  }
  return withoutUsed(
    open.filter((one) => !used.includes(one)),
    keep,
  );
}

const fewOf = (names: readonly string[]): string =>
  `${names.slice(0, 3).join(', ')}${names.length > 3 ? ` and ${names.length - 3} more` : ''}`;

/** Somebody beside us must be able to reach the cluster. */
function withoutLastClient(
  open: readonly Open[],
  { look, ownFingerprint }: Pick<Ask, 'look' | 'ownFingerprint'>,
  { sealer, keep }: { sealer: Sealer; keep: Keep },
): readonly Open[] {
  // One with full rights rather than a restricted one.
  const certificates = open
    .filter(({ item }) => item.kind === 'certificate')
    .sort((a, b) => Number(b.live.body['restricted'] === true) - Number(a.live.body['restricted'] === true));
  const leaving = certificates.map(({ item }) => fingerprintOf(openItem({ sealer }, item)));
  const last = certificates.at(-1);
  if (last === undefined || look.clients.some((one) => one !== ownFingerprint && !leaving.includes(one))) return open;
  keep(last.item.key, 'it is the last client certificate: nobody but Operations Center could reach the cluster');
  return open.filter((one) => one !== last);
}

function findReason(
  { item, values }: AppliedItem,
  live: LiveCandidate,
  { last, ownFingerprint }: Pick<Ask, 'last' | 'ownFingerprint'>,
  sealer: Sealer,
): string | undefined {
  const { status, type } = live.body;
  if (item.kind === 'certificate') {
    if (fingerprintOf(openItem({ sealer }, item)) === ownFingerprint)
      return 'it is the certificate of Operations Center';
    if (type !== 'client') return `it is a ${String(type)} certificate`;
  }
  if (status === 'Pending' || status === 'Errored') return `it is there in state ${status}: somebody began to make it`;
  const strange = strangeField(openValues(values, sealer), valuesOfLive(item, live));
  if (strange !== undefined) return `others changed ${strange} since it was applied`;
  if (live.profile === null) return undefined;
  const known = last?.items[`profile/${item.name}/default`];
  // Incus describes it by itself.
  const { description: _, ...profile } = toValues('profile', live.profile);
  const { description: __, ...applied } = known === undefined ? {} : (openValues(known.values, sealer)[''] ?? {});
  const own = strangeField({ '': applied }, { '': profile });
  return own === undefined ? undefined : `others changed its profile default: ${own}`;
}

const openValues = (sealed: AppliedItem['values'], sealer: Sealer): MemberValues =>
  JSON.parse(sealer.open(sealed)) as MemberValues; // sealed by the planner

const projectOfDefault = (key: string): string | undefined => {
  const [, project] = /^profile\/(.+)\/default$/s.exec(key) ?? [];
  return project === undefined ? undefined : `project/${project}`;
};

/** A plan that deletes, too: what goes is not remembered any more. */
export function withPrunes(planned: PlannedApply, { prunes, kept, gone }: PlannedPrunes): PlannedApply {
  const dropped = new Set([...prunes.map(({ key }) => key), ...gone]);
  const { next } = planned.plan;
  const items = Object.fromEntries(Object.entries(next.items).filter(([key]) => !dropped.has(key)));
  return {
    ...planned,
    plan: { ...planned.plan, prunes, next: { ...next, items } },
    left: kept.map(({ item }) => item),
    kept,
  };
}
