import { isServiceName, SERVICE_ORDER } from '@operations-center/fleet-protocol';
import { isObject, shorten, wrong } from './decode.ts';
import { parseDocument } from './document.ts';
import { nearestWord } from './nearest-word.ts';
import { type Checked, NO_FILE, type Origin, type Path, Report } from './problem.ts';
import { readBySchema } from './schemas/read-by-schema.ts';
import type { Reader } from './schemas/reader.ts';
import { serviceSchemas } from './schemas/services/services.ts';
import { checkService } from './service-rules.ts';

/** What every member's services shall be: in IncusOS' order, each with its whole bare config. */
export type ServicesConfig = readonly ServiceConfig[];
export type ServiceConfig = { name: string; config: Record<string, unknown> };

export type ServicesOptions = {
  /**
   * A newer IncusOS may have services and fields we do not know: the services come last, in the document's order, and
   * the fields are handed on.
   */
  allowUnknown?: boolean;
  /** Which services there are is asked of the servers: unknown ones pass, whatever else is strict. */
  anyService?: boolean;
  /** Unknown fields and values out of range are errors, not warnings. A wrong type is one always. */
  strict?: boolean;
};

/** Reads a services file, YAML or JSON. */
export function parseServices(text: string, file: string, options: ServicesOptions = {}): Checked<ServicesConfig> {
  const parsed = parseDocument(text, file);
  if (!parsed.ok) return parsed;
  const checked = normaliseServices(parsed.value.value, parsed.value.origin, options);
  return { ...checked, warnings: [...parsed.warnings, ...checked.warnings] };
}

/**
 * Checks what a file or a request says about services. Null and absence are "no services"; a value wrapped as
 * `{config: {…}}` is unwrapped.
 */
export function normaliseServices(
  value: unknown,
  origin: Origin = NO_FILE,
  options: ServicesOptions = {},
): Checked<ServicesConfig> {
  const report = new Report(origin);
  const { allowUnknown = false, strict = false, anyService = allowUnknown } = options;
  const reader: Reader = { report, strict, allowUnknown, keepUnknown: true };
  if (value === null || value === undefined) return report.close([]);
  if (!isObject(value)) {
    const remedy = 'Write each service with its configuration: "lvm: {enabled: true}".';
    report.problem('services_not_an_object', [], 'expected a map of service names and their configurations', {
      remedy,
    });
    return report.close([]);
  }
  const services: ServiceConfig[] = [];
  for (const [name, given] of Object.entries(value)) {
    if (!isServiceName(name) && !anyService) {
      reportUnknown(name, report);
      continue;
    }
    const config = readConfig(name, given, reader);
    if (config !== undefined) services.push({ name, config });
  }
  return report.close(sortServices(services));
}

/** In IncusOS' order, unknown ones last. */
export const sortServices = (services: readonly ServiceConfig[]): ServicesConfig =>
  services.toSorted((a, b) => placeOf(a.name) - placeOf(b.name));

const placeOf = (name: string): number => (isServiceName(name) ? SERVICE_ORDER.indexOf(name) : SERVICE_ORDER.length);

function reportUnknown(name: string, report: Report): void {
  const suggestion = nearestWord(name, SERVICE_ORDER);
  const message = `IncusOS has no service "${shorten(name)}"; it has ${[...SERVICE_ORDER].sort().join(', ')}`;
  const remedy = suggestion === undefined ? 'Remove it; --allow-unknown lets it pass.' : `Write "${suggestion}".`;
  report.problem('unknown_service', [name], message, { suggestion, part: 'key', remedy });
}

function readConfig(name: string, given: unknown, reader: Reader): Record<string, unknown> | undefined {
  const { report } = reader;
  if (!isObject(given)) {
    const message = `the configuration of ${name} must be a map, for example {enabled: true}`;
    report.problem('service_not_an_object', [name], message, { expected: 'a map', remedy: 'Write {enabled: true}.' });
    return undefined;
  }
  const { config, path } = unwrap(name, given, report);
  if (!isObject(config)) return wrong('a map', config, path, report, undefined);
  const read = isServiceName(name) ? readBySchema(serviceSchemas[name], config, path, reader) : config;
  if (isServiceName(name)) checkService(name, read, path, reader);
  refuseInexactNumbers(read, path, report);
  return read;
}

function unwrap(name: string, given: Record<string, unknown>, report: Report): { config: unknown; path: Path } {
  if (!Object.hasOwn(given, 'config')) return { config: given, path: [name] };
  for (const key of Object.keys(given)) {
    if (key === 'config' || key === 'state') continue;
    report.warn('unknown_field', [name, key], `"${shorten(key)}" stands beside "config" and is ignored`, {
      part: 'key',
      remedy: `Move it into "config".`,
    });
  }
  return { config: given['config'], path: [name, 'config'] };
}

/** Services are sent on as JSON: a number that JSON cannot carry exactly would be changed silently. */
function refuseInexactNumbers(value: unknown, at: Path, report: Report): void {
  if (typeof value === 'bigint' || (typeof value === 'number' && !isExact(value))) {
    const message = 'a number this large cannot be sent exactly; if it is text, put it in quotes';
    if (!report.blames(at)) report.problem('number_not_exact', at, message, { remedy: 'Put it in quotes.' });
  } else if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) refuseInexactNumbers(item, [...at, index], report);
  } else if (isObject(value)) {
    for (const [key, item] of Object.entries(value)) refuseInexactNumbers(item, [...at, key], report);
  }
}

const isExact = (value: number): boolean =>
  Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value));
