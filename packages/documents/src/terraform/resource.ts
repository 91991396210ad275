import { block, blocks, listOf, quote } from './hcl.ts';

/** Something that the state knows: one instance, or one for each member. */
export type HeldResource = { type: string; name: string; instances: readonly HeldInstance[] };
export type HeldInstance = { key?: string; attributes: Record<string, unknown> };

/** A file, and what the state holds of it. */
export type Rendered = { text: string; held: readonly HeldResource[] };

/** A resource as it is written, and as it is held. */
export type Resource = { head: readonly [type: string, name: string]; text: string; held: HeldResource };

export function resource(
  type: string,
  name: string,
  sections: readonly string[],
  instances: readonly HeldInstance[],
): Resource {
  return {
    head: [type, name],
    text: block(`resource "${type}" "${name}"`, sections),
    held: { type, name, instances },
  };
}

export const one = (attributes: Record<string, unknown>): HeldInstance[] => [{ attributes }];

export const forEachMember = (
  members: readonly string[],
  attributesOf: (member: string) => Record<string, unknown>,
): HeldInstance[] => members.map((member) => ({ key: member, attributes: attributesOf(member) }));

/** Keys that are seen on each member and are not its own: the provider would take them for changes. */
export const ignoreKeys = (keys: readonly string[], remark = ''): string =>
  keys.length === 0
    ? ''
    : block('lifecycle', [
        `ignore_changes = [\n${remark}${keys.map((key) => `  config[${quote(key)}],\n`).join('')}]\n`,
      ]);

export const FOR_EACH = 'for_each = local.members\n';
export const addressOf = ({ head }: Resource): string => head.join('.');

/** What comes after a kind waits for this one thing instead of for each. */
export const post = (kind: string): string => `null_resource.post_${kind}`;

export function gate(kind: string, after: readonly Resource[]): Resource {
  const dependencies = listOf('depends_on', after.map(addressOf));
  // An instance has an id, which says nothing; the state fills it in.
  return resource('null_resource', `post_${kind}`, [dependencies], one({ triggers: null }));
}

export const render = (resources: readonly Resource[]): Rendered => ({
  text: blocks(resources.map(({ text }) => text)),
  held: resources.map(({ held }) => held),
});
