import type { ApplicationItem, ConfigMap } from '@operations-center/documents';
import type { MemberValues, Values } from '../apply/apply.ts';
import { toValues } from '../apply/item-values.plan.ts';
import type { LiveItem } from '../apply/plan-apply.plan.ts';
import { fulfils, isWrittenByIncus } from '../apply/three-way.plan.ts';

/** An item as a file would have it, so that it comes to what is live; and what only single members have. */
export type LivingItem = { values: Values; own: Readonly<Record<string, ConfigMap>> };

type Known = {
  item: ApplicationItem;
  live: LiveItem;
  applied: MemberValues | undefined;
  isOurs: (key: string) => boolean;
};

/**
 * Pure: what a file would say of an item. What it said stays as it was written, where that is what is live (`auto` stays
 * `auto`); what others changed is as it is now; and what Incus, or our defaults, wrote is not said.
 */
export function describeLiving({ item, live, applied, isOurs }: Known): LivingItem {
  const file = toValues(item.kind, item.body);
  const found = toValues(item.kind, live.body);
  const was = applied?.[''] ?? {};
  const fields = new Set([...Object.keys(file), ...Object.keys(found)]);
  const values: Record<string, string> = {};
  for (const field of fields) {
    if (field.startsWith('config.') && isOurs(field.slice('config.'.length))) continue;
    const said = fieldToSay(field, file[field], was[field], found[field]);
    if (said !== undefined) values[field] = said;
  }
  const own: Record<string, ConfigMap> = {};
  for (const [field, said] of Object.entries(memberFields(item, live, applied))) {
    if (typeof said === 'string') values[field] = said;
    else for (const [member, value] of Object.entries(said)) own[member] = { ...own[member], [field.slice(7)]: value };
  }
  return { values, own };
}

function fieldToSay(field: string, file?: string, applied?: string, live?: string): string | undefined {
  if (file === undefined) return live === applied || isWrittenByIncus(field) ? undefined : live;
  if (live === undefined) return file === '' ? file : undefined;
  const isAsApplied = fulfils(file, live) || (applied !== undefined && fulfils(applied, live));
  return isAsApplied ? file : live;
}

/** Keys of single members: one text for all where they have the same – or the file's, with its built-in variables –, else each its own. */
function memberFields(
  item: ApplicationItem,
  live: LiveItem,
  applied: MemberValues | undefined,
): Record<string, string | Record<string, string>> {
  const members = Object.keys(live.members);
  const perMember = 'member_config' in item ? item.member_config : {};
  const files = Object.fromEntries(members.map((name) => [name, configValues(perMember[name])]));
  const lives = Object.fromEntries(members.map((name) => [name, toValues(item.kind, live.members[name] ?? {})]));
  const fields = new Set(
    members.flatMap((name) => [...Object.keys(files[name] ?? {}), ...Object.keys(applied?.[name] ?? {})]),
  );
  const say = (name: string, field: string): string => {
    const [file, was, is] = [files[name]?.[field], applied?.[name]?.[field], lives[name]?.[field]];
    const isFiles = file !== undefined && (file === was || file.includes('@'));
    const isAsApplied = is === undefined || was === undefined || fulfils(was, is);
    return isAsApplied && isFiles ? file : ((isAsApplied ? was : is) ?? is ?? file ?? '');
  };
  const said = [...fields].map((field): [string, string | Record<string, string>] => {
    const each = members.map((name) => say(name, field));
    const isAlike = each.every((one) => one === each[0]);
    return [field, isAlike ? (each[0] ?? '') : Object.fromEntries(members.map((name, at) => [name, each[at] ?? '']))];
  });
  return Object.fromEntries(said);
}

const configValues = (config: ConfigMap | undefined): Values =>
  Object.fromEntries(Object.entries(config ?? {}).map(([key, value]) => [`config.${key}`, value]));
