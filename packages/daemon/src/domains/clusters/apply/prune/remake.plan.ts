import type { ConfigMap } from '@operations-center/fleet-protocol';
import type { Sealer } from '../../../../platform/keys/sealing.ts';
import { configOf, type ItemBody } from '../../plan/open-item.ts';
import type { PlannedItem } from '../../plan/plan.ts';
import type { MemberValues, PrunedItem, PrunedLook, Values } from '../apply.ts';
import { steadyValues, withChanges } from '../item-values.plan.ts';
import type { LiveItem } from '../plan-apply.plan.ts';

/** The item as it was read, so that it can be made again just so. `applied`: what it was made from. */
export function pruneItem(
  item: PlannedItem,
  { body, members, profile }: LiveItem & { profile: ItemBody | null },
  { applied, after }: { applied: MemberValues; after: readonly string[] },
  sealer: Sealer,
): PrunedItem {
  const seal = (value: unknown) => sealer.seal(JSON.stringify(value));
  const look: PrunedLook = {
    values: steadyValues(item.kind, body),
    profile: profile === null ? null : steadyValues('profile', profile),
  };
  const own = Object.keys(members).map((name) => [name, seal(memberConfig(applied[name] ?? {}))] as const);
  return {
    ...item,
    action: 'create',
    after,
    wanted: seal(makingBody(item, body)),
    per_member: own.length === 0 ? null : Object.fromEntries(own),
    before: seal(look),
  };
}

/** What Incus takes when it makes such a thing. */
function makingBody({ kind, name }: PlannedItem, live: ItemBody): ItemBody {
  const writable = withChanges(kind, live, []);
  if (kind === 'certificate') return writable;
  const { driver, type } = live;
  return {
    name,
    ...(kind === 'storage-pool' ? { driver } : {}),
    ...(kind === 'network' ? { type } : {}),
    ...writable,
    ...(kind === 'network' || kind === 'storage-pool' ? { config: withoutVolatile(configOf(live)) } : {}),
  };
}

/** What a member was given of its own. What Incus made of it – a size, the name of what it built – it makes again. */
const memberConfig = (applied: Values): ConfigMap =>
  Object.fromEntries(
    Object.entries(applied).flatMap(([field, value]) =>
      field.startsWith('config.') ? [[field.slice('config.'.length), value]] : [],
    ),
  );

const withoutVolatile = (config: ConfigMap): ConfigMap =>
  Object.fromEntries(Object.entries(config).filter(([key]) => !key.startsWith('volatile.')));
