import type { PlannedChange } from '@operations-center/contract';
import { isSecretName, REDACTED } from '@operations-center/fleet-protocol';

/**
 * What differs between two documents, leaf by leaf: `enabled`, `config["ipv4.nat"]`. Values of secret-looking names are
 * never shown, only that they change. What Go's decoder takes for its zero value counts as not there.
 */
export function valueRows(prefix: string, before: unknown, after: unknown): PlannedChange[] {
  const [old, now] = [leavesOf(before), leavesOf(after)];
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((path) => {
    const [was, is] = [old.get(path), now.get(path)];
    if (was?.text === is?.text || (was?.isZero !== false && is?.isZero !== false)) return [];
    return [{ what: `${prefix}${path}`, before: shown(was), after: shown(is) }];
  });
}

type Leaf = { text: string; isSecret: boolean; isZero: boolean };

const shown = (leaf: Leaf | undefined): string | null => {
  if (leaf === undefined || (leaf.isZero && leaf.text !== 'false')) return null;
  return leaf.isSecret && !leaf.isZero ? REDACTED : leaf.text;
};

function leavesOf(value: unknown, path = '', isSecret = false, leaves = new Map<string, Leaf>()): Map<string, Leaf> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    for (const [key, inner] of Object.entries(value)) {
      leavesOf(inner, `${path}${pathPart(key, path)}`, isSecret || isSecretName(key), leaves);
    }
  } else if (Array.isArray(value) && value.some((item) => typeof item === 'object')) {
    for (const [at, item] of value.entries()) leavesOf(item, `${path}[${at}]`, isSecret, leaves);
  } else {
    leaves.set(path, { text: textOf(value), isSecret, isZero: isZero(value) });
  }
  return leaves;
}

const pathPart = (key: string, path: string): string =>
  path === '' ? key : /^[\w-]+$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;

const textOf = (value: unknown): string => {
  if (typeof value === 'string') return value;
  return Array.isArray(value) ? value.map(String).join(', ') : JSON.stringify(value);
};

const isZero = (value: unknown): boolean =>
  value === null ||
  value === undefined ||
  value === '' ||
  value === false ||
  value === 0 ||
  (Array.isArray(value) && value.length === 0);
