import { ADDRESS_KEYS } from '@operations-center/fleet-protocol';
import { holdsPrivateKey, readCertificate } from './certificate.ts';
import { configMap, type Decode, flag, isObject, listOf, mapOf, structOf, text } from './decode.ts';
import { parseDocument } from './document.ts';
import { checkNames } from './preseed-rules.ts';
import type { Preseed, PreseedCertificate } from './preseed-shape.ts';
import { type Checked, NO_FILE, type Origin, type Path, Report } from './problem.ts';

/** Reads an application file, YAML or JSON. */
export function parsePreseed(source: string, file: string): Checked<Preseed> {
  const parsed = parseDocument(source, file);
  if (!parsed.ok) return parsed;
  const checked = normalisePreseed(parsed.value.value, parsed.value.origin);
  return { ...checked, warnings: [...parsed.warnings, ...checked.warnings] };
}

/** Checks what a file or a request says about the application. Null and absence are an empty configuration. */
export function normalisePreseed(value: unknown, origin: Origin = NO_FILE): Checked<Preseed> {
  const report = new Report(origin);
  refusePrivateKeys(value, [], report);
  const { cluster: _, ...given } = decodePreseed(value, [], report);
  const preseed: Preseed = {
    ...given,
    storage_volumes: given.storage_volumes.map(({ source: _source, restore: _restore, ...volume }) => volume),
    certificates: withoutDoubles(
      given.certificates.flatMap((one, index) => checkCertificate(one, index, report)),
      report,
    ),
    cluster_groups: given.cluster_groups,
  };
  for (const key of ADDRESS_KEYS.filter((refused) => Object.hasOwn(preseed.config, refused))) {
    const message = `${key} is of each member alone; one value for all would cut us off from the servers. It is set from each server's network`;
    report.problem('address_key_refused', ['config', key], message, { part: 'key' });
  }
  checkNames(preseed, report);
  return report.close(preseed);
}

const project: Decode<string> = (value, at, report) => text(value, at, report) || 'default';

const members: Decode<string[] | null> = (value, at, report) =>
  value === undefined || value === null ? null : listOf(text)(value, at, report);

/** The cluster is formed by us: the section may be there as a dump of Incus has it, but must not ask for anything. */
const cluster: Decode<null> = (value, at, report) => {
  const isOff = value === undefined || value === null || (isObject(value) && (value['enabled'] ?? false) === false);
  if (!isOff)
    report.problem(
      'cluster_section_refused',
      at,
      'the cluster is formed by Operations Center; leave this section out',
      { part: 'key' },
    );
  return null;
};

const ignored: Decode<null> = (value, at, report) => {
  const isEmpty =
    value === undefined ||
    value === null ||
    value === '' ||
    (isObject(value) && Object.values(value).every((inner) => !inner));
  if (!isEmpty)
    report.warn('ignored_field', at, 'this field is ignored: a new cluster has nothing to copy from', { part: 'key' });
  return null;
};

const decodePreseed = structOf({
  config: configMap,
  storage_pools: listOf(structOf({ name: text, driver: text, description: text, config: configMap })),
  networks: listOf(structOf({ name: text, type: text, description: text, config: configMap, project })),
  storage_volumes: listOf(
    structOf({
      name: text,
      type: text,
      content_type: text,
      description: text,
      config: configMap,
      pool: text,
      project,
      source: ignored,
      restore: ignored,
    }),
  ),
  profiles: listOf(
    structOf({
      name: text,
      description: text,
      config: configMap,
      devices: mapOf(configMap, 'a map of devices'),
      project,
    }),
  ),
  projects: listOf(structOf({ name: text, description: text, config: configMap })),
  certificates: listOf(
    structOf({
      name: text,
      type: text,
      restricted: flag,
      projects: listOf(text),
      certificate: text,
      description: text,
      trust_token: text,
      token: flag,
    }),
  ),
  cluster_groups: listOf(structOf({ name: text, description: text, members, config: configMap })),
  cluster,
});

type GivenCertificate = ReturnType<typeof decodePreseed>['certificates'][number];

/** Before anything else looks at the values: a pasted private key is named by its place and never repeated. */
function refusePrivateKeys(value: unknown, at: Path, report: Report): void {
  // Nothing we read is nested deeper; what is will be refused by its type.
  if (at.length > 8) return;
  if (typeof value === 'string' && holdsPrivateKey(value)) {
    report.problem(
      'private_key_in_document',
      at,
      'this holds a private key, which must never leave its owner; give the certificate only',
    );
  } else if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) refusePrivateKeys(item, [...at, index], report);
  } else if (isObject(value)) {
    for (const [key, item] of Object.entries(value)) refusePrivateKeys(item, [...at, key], report);
  }
}

function checkCertificate(given: GivenCertificate, index: number, report: Report): PreseedCertificate[] {
  const at: Path = ['certificates', index];
  const { trust_token, token, ...certificate } = given;
  if (token || trust_token !== '') {
    report.problem('certificate_token_refused', at, 'a token cannot be used here; give the certificate itself');
    return [];
  }
  if (certificate.type !== '' && certificate.type !== 'client' && certificate.type !== 'metrics') {
    report.problem('certificate_type', [...at, 'type'], 'expected client or metrics', {
      expected: 'client or metrics',
    });
  }
  if (holdsPrivateKey(certificate.certificate)) return [];
  const read = readCertificate(certificate.certificate);
  if (read === undefined) {
    const message =
      'not a PEM certificate; it begins with -----BEGIN CERTIFICATE----- and ends with -----END CERTIFICATE-----';
    report.problem('certificate_invalid', [...at, 'certificate'], message);
    return [];
  }
  if (read.count > 1) {
    report.warn(
      'certificate_chain',
      [...at, 'certificate'],
      `${read.count} certificates are given; the first is trusted, the others are ignored`,
    );
  }
  return [{ ...certificate, type: certificate.type || 'client', certificate: read.pem, fingerprint: read.fingerprint }];
}

/** The same certificate twice is trusted once; what it may do must not depend on the order. */
function withoutDoubles(certificates: PreseedCertificate[], report: Report): PreseedCertificate[] {
  const kept = new Map<string, PreseedCertificate>();
  for (const one of certificates) {
    const first = kept.get(one.fingerprint);
    const at: Path = ['certificates'];
    if (first === undefined) kept.set(one.fingerprint, one);
    else if (rightsOf(first) === rightsOf(one))
      report.warn(
        'certificate_twice',
        at,
        `"${first.name}" and "${one.name}" are the same certificate; it is trusted once`,
      );
    else
      report.problem(
        'certificate_conflict',
        at,
        `"${first.name}" and "${one.name}" are the same certificate with different rights`,
      );
  }
  return [...kept.values()];
}

const rightsOf = (one: PreseedCertificate): string =>
  JSON.stringify([one.type, one.restricted, [...one.projects].sort()]);
