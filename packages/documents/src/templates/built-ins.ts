import { isObject } from '../decode.ts';
import { nameOfWhole, namesIn, replaceTokens } from './tokens.ts';

/** Variables that nobody defines. They differ from server to server, but for the name of the cluster. */
export const builtInNames = [
  'SERVER_NAME',
  'SERVER_INDEX',
  'SERVER_CLUSTER_ADDRESS',
  'SERVER_MANAGEMENT_ADDRESS',
  'CLUSTER_NAME',
] as const;
export type BuiltInName = (typeof builtInNames)[number];

/** What they stand for on one server. An address has no port. */
export type BuiltIns = Readonly<Record<BuiltInName, string | number>>;

export type BuiltInFacts = {
  cluster: string;
  server: string;
  /** Its place in the list of servers, from 1. */
  index: number;
  cluster_address: string;
  management_address: string;
};

export const builtInsOf = (facts: BuiltInFacts): BuiltIns => ({
  SERVER_NAME: facts.server,
  SERVER_INDEX: facts.index,
  SERVER_CLUSTER_ADDRESS: facts.cluster_address,
  SERVER_MANAGEMENT_ADDRESS: facts.management_address,
  CLUSTER_NAME: facts.cluster,
});

export const isBuiltIn = (name: string): name is BuiltInName => builtInNames.some((one) => one === name);

/** Which built-in variables a document names anywhere, in keys and in values. */
export function findBuiltIns(value: unknown): BuiltInName[] {
  const found = new Set<BuiltInName>();
  walk(value, (text) => {
    for (const name of namesIn(text)) if (isBuiltIn(name)) found.add(name);
  });
  return builtInNames.filter((name) => found.has(name));
}

/**
 * The same document with what the built-in variables stand for. It is put into the tree that was read, so no name of a
 * server can change the document's shape. A value that is nothing but `@SERVER_INDEX@` becomes the number. What nothing is
 * said of stays.
 */
export function resolveBuiltIns(value: unknown, builtIns: Partial<BuiltIns>): unknown {
  if (typeof value === 'string') {
    const whole = nameOfWhole(value);
    return (whole !== undefined && isBuiltIn(whole) ? builtIns[whole] : undefined) ?? resolveText(value, builtIns);
  }
  if (Array.isArray(value)) return value.map((item) => resolveBuiltIns(item, builtIns));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [resolveText(key, builtIns), resolveBuiltIns(inner, builtIns)]),
  );
}

const resolveText = (text: string, builtIns: Partial<BuiltIns>): string =>
  replaceTokens(text, (name, whole) => String((isBuiltIn(name) ? builtIns[name] : undefined) ?? whole));

function walk(value: unknown, see: (text: string) => void): void {
  if (typeof value === 'string') see(value);
  else if (Array.isArray(value)) for (const item of value) walk(item, see);
  else if (isObject(value)) {
    for (const [key, inner] of Object.entries(value)) {
      see(key);
      walk(inner, see);
    }
  }
}
