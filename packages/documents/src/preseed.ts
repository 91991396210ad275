import { ADDRESS_KEYS } from '@operations-center/fleet-protocol';
import { checkConfigKeys } from './config-rules.ts';
import { parseDocument } from './document.ts';
import { readCertificates } from './preseed-certificates.ts';
import { checkNames } from './preseed-rules.ts';
import type { Preseed } from './preseed-shape.ts';
import { refusePrivateKeys } from './private-keys.ts';
import { type Checked, NO_FILE, type Origin, Report } from './problem.ts';
import { applicationSchema } from './schemas/application.ts';
import { readBySchema } from './schemas/read-by-schema.ts';
import type { Reader } from './schemas/reader.ts';
import { judgeWholeFile } from './whole-file-rules.ts';

export type PreseedOptions = Partial<Pick<Reader, 'strict' | 'allowUnknown'>> & {
  /** No server will be asked: judge at this time what the file alone can tell. */
  alone?: { nowMs: number };
};

/** Reads an application file, YAML or JSON. */
export function parsePreseed(source: string, file: string, options: PreseedOptions = {}): Checked<Preseed> {
  const parsed = parseDocument(source, file);
  if (!parsed.ok) return parsed;
  const checked = normalisePreseed(parsed.value.value, parsed.value.origin, options);
  return { ...checked, warnings: [...parsed.warnings, ...checked.warnings] };
}

/** Checks what a file or a request says about the application. Null and absence are an empty configuration. */
export function normalisePreseed(
  value: unknown,
  origin: Origin = NO_FILE,
  { strict = false, allowUnknown = false, alone }: PreseedOptions = {},
): Checked<Preseed> {
  const report = new Report(origin);
  const reader: Reader = { report, strict, allowUnknown, keepUnknown: false };
  // Before anything else looks at the values.
  refusePrivateKeys(value, [], report);
  const { cluster, ...given } = readBySchema(applicationSchema, value ?? {}, [], reader);
  const preseed: Preseed = {
    ...given,
    networks: given.networks.map(inProject),
    storage_volumes: given.storage_volumes.map(({ source: _source, restore: _restore, ...volume }) =>
      inProject({ ...volume, type: volume.type ?? '', content_type: volume.content_type ?? '' }),
    ),
    profiles: given.profiles.map(inProject),
    certificates: readCertificates(given.certificates, report),
  };
  if (cluster?.enabled === true) refuseCluster(report);
  given.storage_volumes.forEach((volume, index) => {
    warnIgnored(volume, index, report);
  });
  refuseAddressKeys(preseed, report);
  checkNames(preseed, report);
  checkConfigKeys(preseed, reader);
  if (alone !== undefined) judgeWholeFile(preseed, reader, alone.nowMs);
  return report.close(preseed);
}

const inProject = <T extends { project: string }>(item: T): T => ({ ...item, project: item.project || 'default' });

/** The section may be there as a dump of Incus has it, but must not ask for anything. */
function refuseCluster(report: Report): void {
  const message = 'the cluster is formed by Operations Center; leave this section out';
  report.problem('cluster_section_refused', ['cluster'], message, { part: 'key', remedy: 'Remove it.' });
}

function warnIgnored(
  volume: { source?: object | undefined; restore?: string | undefined },
  index: number,
  report: Report,
): void {
  for (const field of ['source', 'restore'] as const) {
    const value = volume[field];
    const isEmpty = !value || (typeof value === 'object' && Object.values(value).every((inner) => !inner));
    if (isEmpty) continue;
    const message = 'this field is ignored: a new cluster has nothing to copy from';
    report.warn('ignored_field', ['storage_volumes', index, field], message, { part: 'key', remedy: 'Remove it.' });
  }
}

function refuseAddressKeys({ config }: Preseed, report: Report): void {
  for (const key of ADDRESS_KEYS.filter((refused) => Object.hasOwn(config, refused))) {
    const message = `${key} is of each member alone; one value for all would cut us off from the servers. It is set from each server's network`;
    const remedy = 'Remove it; what one server needs apart belongs in "server_overrides".';
    report.problem('address_key_refused', ['config', key], message, { part: 'key', remedy });
  }
}
