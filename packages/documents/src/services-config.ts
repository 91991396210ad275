import { isServiceName, SERVICE_ORDER } from '@operations-center/fleet-protocol';
import { isObject, shorten, wrong } from './decode.ts';
import { parseDocument } from './document.ts';
import { nearestWord } from './nearest-word.ts';
import { type Checked, NO_FILE, type Origin, type Path, Report } from './problem.ts';

/** What every member's services shall be: in IncusOS' order, each with its whole bare config. */
export type ServicesConfig = readonly ServiceConfig[];
export type ServiceConfig = { name: string; config: Record<string, unknown> };

export type ServicesOptions = {
  /** A newer IncusOS may have services we do not know; they come last, in the document's order. */
  allowUnknown?: boolean;
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
  if (value === null || value === undefined) return report.close([]);
  if (!isObject(value)) {
    report.problem('services_not_an_object', [], 'expected a map of service names and their configurations');
    return report.close([]);
  }
  const services: ServiceConfig[] = [];
  for (const [name, given] of Object.entries(value)) {
    if (!isServiceName(name) && options.allowUnknown !== true) {
      const message = `IncusOS has no service "${shorten(name)}"; it has ${[...SERVICE_ORDER].sort().join(', ')}`;
      report.problem('unknown_service', [name], message, { suggestion: nearestWord(name, SERVICE_ORDER), part: 'key' });
      continue;
    }
    const config = readConfig(name, given, report);
    if (config !== undefined) services.push({ name, config });
  }
  return report.close(services.sort((a, b) => placeOf(a.name) - placeOf(b.name)));
}

const placeOf = (name: string): number => (isServiceName(name) ? SERVICE_ORDER.indexOf(name) : SERVICE_ORDER.length);

function readConfig(name: string, given: unknown, report: Report): Record<string, unknown> | undefined {
  if (!isObject(given)) {
    const message = `the configuration of ${name} must be a map, for example {enabled: true}`;
    report.problem('service_not_an_object', [name], message, { expected: 'a map' });
    return undefined;
  }
  const { config, path } = unwrap(name, given, report);
  if (!isObject(config)) return wrong('a map', config, path, report, undefined);
  checkEnabled(name, config, path, report);
  if (name === 'lvm') checkSystemId(config, path, report);
  refuseInexactNumbers(config, path, report);
  return config;
}

function unwrap(name: string, given: Record<string, unknown>, report: Report): { config: unknown; path: Path } {
  if (!Object.hasOwn(given, 'config')) return { config: given, path: [name] };
  for (const key of Object.keys(given)) {
    if (key === 'config' || key === 'state') continue;
    report.warn('unknown_field', [name, key], `"${shorten(key)}" stands beside "config" and is ignored`, {
      part: 'key',
    });
  }
  return { config: given['config'], path: [name, 'config'] };
}

function checkEnabled(name: string, config: Record<string, unknown>, path: Path, report: Report): void {
  const { enabled } = config;
  if (typeof enabled === 'boolean') return;
  if (enabled !== undefined && enabled !== null) {
    wrong('true or false', enabled, [...path, 'enabled'], report, undefined);
  } else if (name === 'lvm') {
    report.problem('missing_field', path, 'lvm needs "enabled": true or false', { expected: 'true or false' });
  } else {
    report.warn('service_switched_off', path, `${name} has no "enabled: true", so IncusOS switches it off`);
  }
}

function checkSystemId(config: Record<string, unknown>, path: Path, report: Report): void {
  const id = config['system_id'];
  if (id === undefined || id === null) return;
  const at = [...path, 'system_id'];
  if (config['enabled'] === true) {
    report.warn('system_id_replaced', at, 'each server gets a system_id of its own; the one given here is not used');
  } else if (typeof id !== 'number' || !Number.isInteger(id)) wrong('a whole number', id, at, report, undefined);
}

/** Services are sent on as JSON: a number that JSON cannot carry exactly would be changed silently. */
function refuseInexactNumbers(value: unknown, at: Path, report: Report): void {
  if (typeof value === 'bigint' || (typeof value === 'number' && !isExact(value))) {
    report.problem(
      'number_not_exact',
      at,
      'a number this large cannot be sent exactly; if it is text, put it in quotes',
    );
  } else if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) refuseInexactNumbers(item, [...at, index], report);
  } else if (isObject(value)) {
    for (const [key, item] of Object.entries(value)) refuseInexactNumbers(item, [...at, key], report);
  }
}

const isExact = (value: number): boolean =>
  Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value));
