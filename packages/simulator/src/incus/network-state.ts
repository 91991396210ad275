import type { Call } from './call.ts';
import { allProjects, onTarget } from './call.ts';
import { byName } from './database.ts';
import { findNetwork, networkProject, networkUrl } from './networks.ts';
import type { Answer } from './reply.ts';
import { ok } from './reply.ts';

/** `GET /1.0/networks/{name}/state`: what `incus network info` prints. */
export async function showNetworkState(call: Call): Promise<Answer> {
  await onTarget(call);
  const bare = call.machine.options.interfaces.find((one) => one.name === call.param('network'));
  const row = bare === undefined ? findNetwork(call) : undefined;
  const own = [row?.config['ipv4.address'], row?.config['ipv6.address'], ...(bare?.addresses ?? [])];
  const addresses = own.filter((one): one is string => one !== undefined && one !== 'none').map(shownAddress);
  const hwaddr = bare?.hwaddr ?? '10:66:6a:3b:5b:66';
  const bridge = {
    id: `8000.${hwaddr.replaceAll(':', '')}`,
    stp: false,
    forward_delay: 1500,
    vlan_default: 0,
    vlan_filtering: false,
    upper_devices: [],
  };
  return ok({
    addresses,
    counters: { bytes_received: 0, bytes_sent: 0, packets_received: 0, packets_sent: 0 },
    hwaddr,
    mtu: bare?.mtu ?? 1500,
    state: 'up',
    type: 'broadcast',
    bond: null,
    bridge: row?.type === 'bridge' ? bridge : null,
    vlan: null,
    ovn: null,
  });
}

function shownAddress(text: string): unknown {
  const [address = '', netmask] = text.split('/');
  const six = address.includes(':');
  return { family: six ? 'inet6' : 'inet', address, netmask: netmask ?? (six ? '64' : '24'), scope: 'global' };
}

export function showNetworkLeases(call: Call): Answer {
  const row = findNetwork(call);
  const gateways = [row.config['ipv4.address'], row.config['ipv6.address']].filter(
    (one) => one !== undefined && one.includes('/'),
  );
  return ok(
    gateways.map((one = '') => ({
      hostname: `${row.name}.gw`,
      hwaddr: '',
      address: one.split('/')[0],
      type: 'gateway',
      location: '',
    })),
  );
}

/** Addresses that networks took for themselves; those of instances are not simulated. */
export function listAllocations(call: Call): Answer {
  const project = allProjects(call) ? undefined : networkProject(call);
  const rows = call.data.networks.filter((row) => project === undefined || row.project === project).sort(byName);
  return ok(
    rows.flatMap((row) =>
      ['ipv4', 'ipv6'].flatMap((family) => {
        const addresses = row.config[`${family}.address`] ?? '';
        const nat = row.config[`${family}.nat`] === 'true';
        if (!addresses.includes('/')) return [];
        return [{ addresses, used_by: networkUrl(row), type: 'network', network: row.name, nat, hwaddr: '' }];
      }),
    ),
  );
}
