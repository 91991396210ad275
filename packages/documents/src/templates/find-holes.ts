import type { Path } from '../problem.ts';
import type { TypedVariable, VariableType } from './template.ts';
import { readTypedValue } from './typed-values.ts';

/** What a value is replaced by: a variable of this type. */
export type Hole = { type: VariableType; about: string };

/** What these keys hold belongs to one cluster, whatever it looks like. */
const ownKeys: Readonly<Record<string, string>> = {
  parent: 'Interface of each server that the network stands on',
  'dns.domain': 'Domain of the network',
  wwn: 'World-wide name',
  nqn: 'Qualified name of the target',
  iqn: 'Qualified name of the target',
  hostname: 'Name of a host',
  login_server: 'Address of the server',
};
/** Kinds of text that stand for one machine, network or key. */
const forms: readonly [VariableType, string][] = [
  ['ip', 'Address'],
  ['cidr', 'Address with its prefix'],
  ['mac', 'MAC'],
  ['fingerprint', 'Fingerprint of a certificate'],
];
const everywhere = ['0.0.0.0', '::', '127.0.0.1', '::1', '0.0.0.0/0', '::/0'];

/** Is this a value of one cluster alone? Undefined: it stays. */
export function holeOf(value: unknown, at: Path): Hole | undefined {
  const key = String(at.at(-1) ?? '');
  if (Array.isArray(value)) {
    const isMembers = key === 'members' && at[0] === 'cluster_groups' && value.length > 0;
    return isMembers ? { type: 'list', about: 'Servers of the group' } : undefined;
  }
  if (typeof value !== 'string' || value === '' || everywhere.includes(value) || /@\w+@/.test(value)) return undefined;
  if (is('pem', value)) return { type: 'pem', about: 'Certificate' };
  if (key === 'source' && at[0] === 'storage_pools')
    return { type: 'string', about: 'Drive, folder or dataset of each server that the pool is made of' };
  const own = Object.hasOwn(ownKeys, key) ? ownKeys[key] : undefined;
  if (own !== undefined && !is('ip', value)) return { type: 'string', about: own };
  const form = forms.find(([type]) => is(type, value));
  if (form !== undefined) return { type: form[0], about: form[1] };
  return /^[a-z][a-z+]*:\/\/(?!\d|\[)[^/]/i.test(value) ? { type: 'string', about: 'URL' } : undefined;
}

const is = (type: VariableType, value: string): boolean => {
  const variable: TypedVariable = { description: '', default: '', type };
  return readTypedValue(variable, value).ok;
};

/** Puts something in the place of each address inside of a text: `tcp:10.0.0.1:6641`, `https://[fd42::1]:8443`. */
export const addressParts = (text: string, replacement: (address: string) => string): string =>
  text
    .replace(/(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])/g, (found) =>
      is('ip', found) && !everywhere.includes(found) ? replacement(found) : found,
    )
    .replace(/\[([0-9a-f:]+)\]/gi, (whole, found: string) =>
      is('ip', found) && !everywhere.includes(found) ? `[${replacement(found)}]` : whole,
    );
