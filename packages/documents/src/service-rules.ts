import type { ServiceName } from '@operations-center/fleet-protocol';
import type { Path } from './problem.ts';
import type { Reader } from './schemas/reader.ts';

type Config = Readonly<Record<string, unknown>>;
type Rule = (config: Config, at: Path, reader: Reader) => void;

/** What the fields of one service have to do with each other. */
export function checkService(name: ServiceName, config: Config, at: Path, reader: Reader): void {
  if (name !== 'lvm' && config['enabled'] === undefined && !reader.report.blames([...at, 'enabled'])) {
    reader.report.warn('service_switched_off', at, `${name} has no "enabled: true", so IncusOS switches it off`, {
      remedy: 'Write "enabled: true", or "enabled: false" to say so.',
    });
  }
  rules[name]?.(config, at, reader);
}

const rules: Readonly<Partial<Record<ServiceName, Rule>>> = {
  lvm(config, at, { report }) {
    if (config['enabled'] === undefined && !report.blames(at)) {
      const remedy = 'Add "enabled: true" or "enabled: false".';
      report.problem('missing_field', at, '"enabled" is missing or empty', { expected: 'true or false', remedy });
    }
    if (config['enabled'] !== true || config['system_id'] === undefined) return;
    const message = 'each server gets a system_id of its own; the one given here is not used';
    report.warn('system_id_replaced', [...at, 'system_id'], message, { remedy: 'Remove it.' });
  },
  linstor(config, at, reader) {
    warnOwnAddress('listen_address', config, at, reader);
    const fields = ['tls_server_certificate', 'tls_server_key', 'tls_trusted_certificates'];
    const given = fields.filter((field) => isGiven(config[field]));
    if (given.length === 0 || given.length === fields.length) return;
    const missing = fields.filter((field) => !given.includes(field));
    const message = `without ${missing.join(' and ')} the satellite speaks no TLS`;
    reader.report.warn('tls_incomplete', at, message, { remedy: `Add ${missing.join(' and ')}.` });
  },
  ovn(config, at, reader) {
    warnOwnAddress('tunnel_address', config, at, reader);
    if (config['enabled'] === true && !isGiven(config['database'])) require('database', 'ovn', at, reader);
  },
  tailscale(config, at, reader) {
    if (config['serve_enabled'] === true && !isGiven(config['serve_port'])) {
      require('serve_port', 'serve_enabled', at, reader);
    }
  },
};

const isGiven = (value: unknown): boolean =>
  value !== undefined && value !== null && value !== '' && value !== 0 && !(Array.isArray(value) && value.length === 0);

/** IncusOS would refuse it only when the name of the cluster is taken. */
function require(field: string, by: string, at: Path, { report, strict }: Reader): void {
  if (report.blames([...at, field])) return;
  const remedy = `Add "${field}".`;
  report[strict ? 'problem' : 'warn']('missing_field', at, `${by} needs "${field}"`, { expected: field, remedy });
}

/** One value for all servers is right for one of them at most; for a cluster of one it is right. */
function warnOwnAddress(field: string, config: Config, at: Path, { report }: Reader): void {
  const address = config[field];
  if (typeof address !== 'string' || !isOfOneMachine(address)) return;
  const message = `${field} belongs to one server, and this file is for all`;
  report.warn('value_of_one_server', [...at, field], message, {
    remedy: 'Leave it out, or give it for each server in "server_overrides".',
  });
}

const EVERYWHERE = /^(?:0\.0\.0\.0|\[?::\]?|127\.0\.0\.1|\[?::1\]?)?(?::\d+)?$/;

/** An address that only one machine can have: no wildcard, no loopback, and no name, which each may read otherwise. */
export const isOfOneMachine = (address: string): boolean =>
  !EVERYWHERE.test(address) && /^(?:\d{1,3}(?:\.\d{1,3}){3}|\[?[0-9a-fA-F]*:[0-9a-fA-F:.]+\]?)(?::\d+)?$/.test(address);
