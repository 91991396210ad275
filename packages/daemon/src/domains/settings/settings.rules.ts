import { isIP } from 'node:net';
import { Fault } from '@operations-center/contract';
import type { NetworkSettings } from './settings.ts';

export type ListenAddress = { host: string; port: number };

const defaultPort = 7443;

/** `ip`, `ip:port`, `:port`, `:`; without a host every address, without a port 7443. Port 0 = any free one. */
export function parseListenAddress(text: string): ListenAddress {
  const [, bracketed, plain, port] = /^(?:\[([^\]]*)\]|([^:]*))(?::(\d*))?$/.exec(text) ?? [];
  // An IPv6 address without brackets has more colons than the pattern takes.
  const host = isIP(text) === 6 ? text : (bracketed ?? plain);
  if (host === undefined || (host !== '' && isIP(host) === 0)) {
    throw refuse(`rest_server_address "${text}" is no IP address with an optional port`);
  }
  const number = isIP(text) === 6 || port === undefined || port === '' ? defaultPort : Number(port);
  if (number > 65_535) throw refuse(`port ${number} of rest_server_address is above 65535`);
  return { host: host === '' ? '::' : host, port: number };
}

/** Both or neither; the address is a bare URL under which servers reach us. */
export function checkNetworkSettings(network: NetworkSettings): void {
  if ((network.address === '') !== (network.rest_server_address === '')) {
    throw refuse('address and rest_server_address must both be set or both be empty');
  }
  if (network.address === '') return;
  const url = URL.canParse(network.address) ? new URL(network.address) : undefined;
  if (
    url === undefined ||
    url.protocol !== 'https:' ||
    url.pathname !== '/' ||
    url.search !== '' ||
    url.hash !== '' ||
    url.username !== ''
  ) {
    throw refuse(`address "${network.address}" is no https URL of just a host and a port`);
  }
  parseListenAddress(network.rest_server_address);
}

const refuse = (message: string): Fault =>
  new Fault('network_settings_invalid', `Failed to update network configuration: ${message}`);

/** Fingerprints are compared without colons and in lower case. */
export const plainFingerprints = (list: readonly string[]): Set<string> =>
  new Set(list.map((entry) => entry.replaceAll(':', '').toLowerCase()));

export function checkFingerprints(list: readonly string[]): void {
  const odd = list.find((entry) => !/^[0-9a-f]{64}$/.test(entry.replaceAll(':', '').toLowerCase()));
  if (odd === undefined) return;
  throw new Fault(
    'setting_invalid',
    `Failed to update security configuration: "${odd.slice(0, 80)}" is no SHA-256 fingerprint of 64 hex digits`,
  );
}
