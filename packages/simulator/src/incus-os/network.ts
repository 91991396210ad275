import { configFrom, type Route } from './call.ts';
import { Refusal, success } from './envelope.ts';
import { parseGoDuration } from './go-duration.ts';
import { decodeGo, isObject, type Json } from './go-json.ts';
import type { IncusOs, OsCall } from './incus-os.ts';
import { checkNetwork, devicesOf } from './network-rules.ts';
import { NETWORK } from './network-shapes.ts';
import { interfacesOf } from './network-state.ts';

/** DHCP on every card, as on a machine that was installed without a network seed. */
export function defaultNetwork(mac: string, hostname?: string): Json {
  const roles = ['management', 'cluster', 'instances'];
  return {
    ...(hostname === undefined ? {} : { dns: { domain: '', hostname } }),
    time: { timezone: 'UTC' },
    interfaces: [{ name: 'eth0', addresses: ['dhcp4'], ...(hostname === undefined ? {} : { roles }), hwaddr: mac }],
  };
}

/** A network seed as configuration; no devices in it means DHCP everywhere. */
export function seededNetwork(seed: Json, mac: string): Json {
  const config = decodeGo(NETWORK, seed);
  delete config['confirmation_timeout'];
  return hasDevices(config)
    ? config
    : { ...config, interfaces: [{ name: 'eth0', addresses: ['dhcp4', 'slaac'], hwaddr: mac }] };
}

const hasDevices = (config: Json): boolean =>
  (['interface', 'bond', 'vlan'] as const).some((kind) => devicesOf(config, kind).length > 0);

function show(call: OsCall) {
  const { network } = call.os.state;
  const time = isObject(network.config['time']) ? network.config['time'] : {};
  return success({
    config: { ...network.config, time: { ...time, timezone: time['timezone'] ?? 'UTC' } },
    state: { interfaces: interfacesOf(call.os), configuration_in_process: false },
  });
}

function replace(call: OsCall) {
  const { network } = call.os.state;
  const config = configFrom(call, NETWORK, 400);
  if (network.pending !== undefined) {
    throw new Refusal(
      400,
      'a pending network configuration must first be confirmed before a new configuration can be applied',
    );
  }
  if (!hasDevices(config)) throw new Refusal(400, 'network configuration has no devices defined');
  const timeout = confirmationOf(config);
  delete config['confirmation_timeout'];
  checkNetwork(config);
  const previous = network.config;
  network.config = resolveNames(call.os, config);
  if (timeout !== undefined)
    network.pending = { previous, cancel: call.os.clock.afterMs(timeout, () => rollBack(call.os)) };
  apply(call.os);
  return success();
}

function confirmationOf(config: Json): number | undefined {
  const text = config['confirmation_timeout'];
  if (typeof text !== 'string') return undefined;
  let ms = 0;
  try {
    ms = parseGoDuration(text);
  } catch (error) {
    throw new Refusal(400, `invalid confirmation timeout provided: ${error instanceof Error ? error.message : ''}`);
  }
  if (ms <= 0) throw new Refusal(400, 'confirmation timeout must be greater than zero');
  return ms;
}

/** `hwaddr` may be a kernel name (eth0, eth1 …); IncusOS writes the MAC in its place. */
function resolveNames(os: IncusOs, config: Json): Json {
  if (devicesOf(config, 'interface').length === 0) return config;
  const interfaces = devicesOf(config, 'interface').map((device, index) => {
    const hwaddr = String(device['hwaddr']);
    if (hwaddr.includes(':')) return device;
    const card = /^eth(\d)$/.exec(hwaddr)?.[1];
    if (card === undefined) {
      throw new Refusal(
        500,
        `interface ${index} failed getting MAC for '${hwaddr}': route ip+net: no such network interface`,
      );
    }
    return { ...device, hwaddr: os.identity.mac(Number(card)) };
  });
  return { ...config, interfaces };
}

function apply(os: IncusOs): void {
  os.networkChanged();
  os.provider.notify('network-config-changed');
}

/** Not confirmed in time, or rebooted before that: the previous configuration is in force again. */
export function rollBack(os: IncusOs): void {
  const { network } = os.state;
  if (network.pending === undefined) return;
  network.pending.cancel();
  network.config = network.pending.previous;
  delete network.pending;
  apply(os);
}

export const NETWORK_ROUTES: readonly Route[] = [
  { path: '/1.0/system/network', GET: show, PUT: replace },
  {
    path: '/1.0/system/network/:confirm',
    POST: (call) => {
      const { network } = call.os.state;
      if (network.pending === undefined) throw new Refusal(400, 'no network configuration is pending a confirmation');
      network.pending.cancel();
      delete network.pending;
      return success();
    },
  },
  { path: '/1.0/system/network/:flush-dns', POST: () => success() },
];
