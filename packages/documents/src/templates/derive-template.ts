import { isSecretName } from '@operations-center/fleet-protocol';
import { isObject } from '../decode.ts';
import type { Path } from '../problem.ts';
import { writeDocument } from '../write-document.ts';
import { isBuiltIn } from './built-ins.ts';
import { addressParts, holeOf } from './find-holes.ts';
import { type HoleNames, makeHoleNames } from './hole-names.ts';
import type { Template } from './template.ts';
import { namesIn } from './tokens.ts';

export type DeriveInput = {
  /** The name of the cluster: in what people read it becomes `@CLUSTER_NAME@`. */
  cluster: string;
  services: unknown;
  application: unknown;
  /** Whether built-in variables in these documents are meant as such; else they are text like any other. */
  resolvesBuiltIns: boolean;
  /** Texts that are secret wherever they stand: values of a template's secret variables. */
  secretTexts: readonly string[];
};

/** A template, and the values with which it comes to what it was derived from; a secret has none. */
export type DerivedTemplate = { template: Template; values: Record<string, unknown>; secrets: readonly string[] };

type Deriving = DeriveInput & { names: HoleNames };

/**
 * Makes a template of two documents: what belongs to this one cluster – addresses, sources, certificates, members of groups,
 * secrets – becomes a variable with a type, the rest stays as it is. The keys of a document are never variables.
 */
export function deriveTemplate(input: DeriveInput): DerivedTemplate {
  const names = makeHoleNames(JSON.stringify([input.services, input.application], exact));
  const deriving = { ...input, names };
  const [services, application] = [input.services, input.application].map((document) => {
    const tree = derive(document, [], deriving);
    return isObject(tree) && Object.keys(tree).length > 0 ? names.writeTokens(writeDocument(tree)) : '';
  });
  const variables = names.variables();
  return {
    template: {
      service_config_template: services ?? '',
      application_config_template: application ?? '',
      variables,
    },
    values: names.values(),
    secrets: Object.keys(variables).filter((name) => variables[name]?.secret === true),
  };
}

const exact = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value);

function derive(value: unknown, at: Path, deriving: Deriving, key = ''): unknown {
  const { names } = deriving;
  const isSaid = value !== null && value !== '' && typeof value !== 'boolean';
  if (isSaid && isSecretName(key)) return names.secret(at, value, isPrivateKey(value) ? 'pem' : undefined);
  if (isPrivateKey(value)) return names.secret(at, value, 'pem');
  if (holdsSecret(value, deriving)) return names.secret(at, value);
  const hole = holeOf(value, at);
  if (hole !== undefined) return names.value(at, value, hole);
  if (Array.isArray(value))
    return value.map((inner, index) => derive(inner, [...at, labelOf(inner) ?? index], deriving));
  if (isObject(value)) {
    const entries = Object.entries(value).map(([name, inner]) => [name, derive(inner, [...at, name], deriving, name)]);
    return Object.fromEntries(entries);
  }
  return typeof value === 'string' ? deriveText(value, at, deriving) : value;
}

/** A variable of a pool is called after the pool, not after its place in the list. */
const labelOf = (item: unknown): string | undefined =>
  isObject(item) && typeof item['name'] === 'string' ? item['name'] : undefined;

const isPrivateKey = (value: unknown): boolean =>
  typeof value === 'string' && /-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(value);

/** One that is known, or the password of a URL. */
const holdsSecret = (value: unknown, { secretTexts }: Deriving): boolean =>
  typeof value === 'string' &&
  (/^[a-z][a-z+.-]*:\/\/[^/@\s]*:[^/@\s]+@/i.test(value) ||
    secretTexts.some((secret) => value === secret || (secret.length >= 6 && value.includes(secret))));

function deriveText(text: string, at: Path, { cluster, names, resolvesBuiltIns }: Deriving): string {
  if (namesIn(text).some((name) => !(resolvesBuiltIns && isBuiltIn(name))))
    return names.value(at, text, { type: 'string', about: 'Holds @NAME@, and is put in as it is' });
  const replaced = addressParts(text, (address) => names.value(at, address, { type: 'ip', about: 'Address' }));
  return isForPeople(at) ? withClusterName(replaced, cluster, names) : replaced;
}

/** Elsewhere the same word may name something else. */
const isForPeople = (at: Path): boolean =>
  at.at(-1) === 'description' || (at.at(-2) === 'config' && String(at.at(-1)).startsWith('user.'));

function withClusterName(text: string, cluster: string, names: HoleNames): string {
  const word = cluster.replace(/[^A-Za-z0-9]/g, '\\$&');
  return text.replace(new RegExp(`(?<![\\w@-])${word}(?![\\w@-])`, 'g'), () => names.builtIn('CLUSTER_NAME'));
}
