import { isSecretName, REDACTED } from '@operations-center/fleet-protocol';
import type { ConfigMap } from '../preseed-shape.ts';
import { type Assignment, quote } from './hcl.ts';
import { makeNames } from './names.ts';

/** A key of a config: the code of its value, and what the state holds of it, which is never a secret. */
export type Setting = { key: string; code: string; held(member: string): string | null };

/** The secrets that were found on the way; each is asked of whoever runs the configuration. */
export type Secrets = {
  /** By its name, or by what is in it. */
  isSecret(key: string, value: string): boolean;
  nameOf(place: string, key: string): string;
  list(): readonly Secret[];
};
export type Secret = { name: string; about: string };

/** `texts`: secrets whose place tells nothing of them. */
export function makeSecrets(texts: readonly string[]): Secrets {
  const known = [REDACTED, ...texts].filter((text) => text !== '');
  const nameOf = makeNames();
  const found: Secret[] = [];
  return {
    isSecret: (key, value) => isSecretName(key) || known.some((text) => value.includes(text)),
    nameOf(place, key) {
      // No hyphen: a variable can be given by the environment, too, where none may stand in a name.
      const name = nameOf(`${place} ${key}`.replaceAll('-', '_'));
      found.push({ name, about: `${key} of ${place}` });
      return name;
    },
    list: () => found,
  };
}

/** Written by hand in place of a literal. */
export type Special = (key: string, value: string) => Pick<Setting, 'code' | 'held'> | undefined;

/** The keys that are the same everywhere. Incus takes an empty value for none, so it is left out. */
export function settingsOf(config: ConfigMap, place: string, secrets: Secrets, special?: Special): Setting[] {
  return filledKeys(config).map((key) => {
    const value = config[key] ?? '';
    return { key, ...(special?.(key, value) ?? plain(value, place, key, secrets)) };
  });
}

/** The keys of each member: one value where all have the same, else a table by member. */
export function memberSettingsOf(
  perMember: Readonly<Record<string, ConfigMap>>,
  place: string,
  secrets: Secrets,
  special?: Special,
): Setting[] {
  const members = Object.keys(perMember);
  const keys = [...new Set(Object.values(perMember).flatMap(filledKeys))].sort();
  return keys.map((key) => {
    const valueOf = (member: string): string => perMember[member]?.[key] ?? '';
    const [first = ''] = members.map(valueOf);
    const known = special?.(key, first);
    if (known !== undefined) return { key, ...known };
    if (members.every((member) => valueOf(member) === first)) return { key, ...plain(first, place, key, secrets) };
    const each = members.map((member) => [member, byMember(valueOf(member), `${place} on ${member}`)] as const);
    const table = new Map(each);
    return {
      key,
      code: `{ ${each.map(([member, { code }]) => `${quote(member)} = ${code}`).join(', ')} }[each.key]`,
      held: (member) => table.get(member)?.held(member) ?? null,
    };

    function byMember(value: string, where: string): Pick<Setting, 'code' | 'held'> {
      return value === '' ? nothing : plain(value, where, key, secrets);
    }
  });
}

const nothing: Pick<Setting, 'code' | 'held'> = { code: 'null', held: () => null };

/** The state has an empty text where a secret is; the first look at the cluster puts in what is there. */
function plain(value: string, place: string, key: string, secrets: Secrets): Pick<Setting, 'code' | 'held'> {
  if (!secrets.isSecret(key, value)) return { code: quote(value), held: () => value };
  return { code: `var.${secrets.nameOf(place, key)}`, held: () => '' };
}

const filledKeys = (config: ConfigMap): string[] =>
  Object.keys(config)
    .filter((key) => config[key] !== '')
    .sort();

export const codeOf = (settings: readonly Setting[]): Assignment[] =>
  settings.map(({ key, code }) => [quote(key), code] as const);

export const heldOf = (settings: readonly Setting[], member = ''): Record<string, string | null> =>
  Object.fromEntries(settings.map(({ key, held }) => [key, held(member)]));
