import { seededBytes, uuidOf } from '../random.ts';
import { bool, int, isObject, type Json, list, map, string, struct, textOf } from './go-json.ts';
import { enabled, isReachable, type Service, ServiceFailure, texts } from './service.ts';

const targetsOf = (config: Json): Json[] =>
  Array.isArray(config['targets']) ? config['targets'].filter(isObject) : [];
const withTargets = (config: Json): Json => ({ ...config, targets: config['targets'] ?? [] });

export const ceph: Service = {
  shape: struct('ServiceCephConfig', {
    enabled: bool,
    clusters: map(
      struct('ServiceCephCluster', {
        fsid: string,
        monitors: list(string),
        keyrings: map(struct('ServiceCephKeyring', { key: string })),
        client_config: map(string),
      }),
    ),
  }),
  shown: (config) => ({ ...config, clusters: config['clusters'] ?? {} }),
  state: () => ({}),
  apply: (_os, _before, wanted, store) => {
    store();
    const names = isObject(wanted['clusters']) ? Object.keys(wanted['clusters']) : [];
    const wrong = names.find((name) => name.includes('/'));
    if (enabled(wanted) && wrong !== undefined)
      throw new ServiceFailure(`open /etc/ceph/${wrong}.conf: no such file or directory`);
  },
};

export const iscsi: Service = {
  shape: struct('ServiceISCSIConfig', {
    enabled: bool,
    targets: list(struct('ServiceISCSITarget', { target: string, address: string, port: int })),
  }),
  shown: withTargets,
  state: (os, config) => ({
    initiator_name: enabled(config)
      ? `iqn.2004-10.org.linuxcontainers:01:${seededBytes(os.identity.system_uuid, 'iscsi').toString('hex', 0, 6)}`
      : '',
  }),
  apply: (_os, _before, wanted, store) => {
    store();
    if (!enabled(wanted)) return;
    for (const target of targetsOf(wanted)) {
      const address = String(target['address']);
      if (!isReachable(address)) {
        throw new ServiceFailure(
          `Failed to run: iscsiadm --mode discovery --type sendtargets --portal ${address}: exit status 4 (iscsiadm: cannot make connection to ${address}: No route to host)`,
        );
      }
    }
  },
};

export const linstor: Service = {
  shape: struct('ServiceLinstorConfig', {
    enabled: bool,
    listen_address: string,
    'tls_server_certificate?': string,
    'tls_server_key?': string,
    'tls_trusted_certificates?': list(string),
  }),
  state: () => ({}),
  apply: (_os, _before, wanted, store) => {
    store();
    const address = String(wanted['listen_address']);
    if (!enabled(wanted) || address === '') return;
    const colons = address.replace(/\[[^\]]*\]/, '').split(':').length - 1;
    if (colons === 0) throw new ServiceFailure(`address ${address}: missing port in address`);
    if (colons > 1) throw new ServiceFailure(`address ${address}: too many colons in address`);
  },
};

export const lvm: Service = {
  shape: struct('ServiceLVMConfig', { enabled: bool, system_id: int }),
  state: () => ({}),
  // No shared volume group exists in the simulated world, so sanlock refuses no id.
  apply: (_os, _before, _wanted, store) => store(),
  reset: (config) => {
    if (!enabled(config)) throw new ServiceFailure("LVM isn't currently enabled");
  },
};

/** The simulated storage network offers these eight LUNs to every machine. */
const KNOWN_WWN = /^0x6001405000000000000000000000000[1-8]$/;

export const multipath: Service = {
  shape: struct('ServiceMultipathConfig', { enabled: bool, wwns: list(string) }),
  shown: (config) => ({ ...config, wwns: config['wwns'] ?? [] }),
  state: (_os, config) => ({
    controllers: [],
    devices: enabled(config)
      ? Object.fromEntries(
          texts(config, 'wwns').map((wwn) => [wwn, { vendor: 'SIM,LUN', size: '1.0T', path_groups: [] }]),
        )
      : null,
  }),
  apply: (_os, before, wanted, store) => {
    // IncusOS' bug, kept: disabling stops the daemon but the old config stays stored.
    if (!enabled(wanted)) return enabled(before) ? undefined : store();
    const unknown = texts(wanted, 'wwns').find((wwn) => !KNOWN_WWN.test(wwn));
    if (unknown !== undefined) throw new ServiceFailure(`failed to locate WWN "${unknown}"`);
    store();
  },
};

export const nvme: Service = {
  shape: struct('ServiceNVMEConfig', {
    enabled: bool,
    targets: list(
      struct('ServiceNVMETarget', {
        transport: string,
        address: string,
        'host_address?': string,
        port: int,
        'nqn?': string,
      }),
    ),
  }),
  shown: withTargets,
  state: (os, config) => {
    const id = uuidOf(seededBytes(os.identity.system_uuid, 'nvme'));
    return enabled(config)
      ? { host_id: id, host_nqn: `nqn.2014-08.org.nvmexpress:uuid:${id}`, subsystems: [] }
      : { host_id: '', host_nqn: '', subsystems: [] };
  },
  apply: (_os, _before, wanted, store) => {
    store();
    if (!enabled(wanted)) return;
    for (const target of targetsOf(wanted)) {
      const [address, nqn] = [String(target['address']), textOf(target['nqn'])];
      if (target['transport'] === 'fc' && !target['host_address']) {
        throw new ServiceFailure(`no local Fibre Channel port found for NVME target "${address}"`);
      }
      // Without an NQN a failed discovery is not fatal.
      if (nqn !== '' && !isReachable(address))
        throw new ServiceFailure(`couldn't connect to NVME subsystem "${nqn}" on "${address}"`);
    }
  },
  reset: (config) => {
    if (!enabled(config)) throw new ServiceFailure("NVME isn't currently enabled");
  },
};

export const usbip: Service = {
  shape: struct('ServiceUSBIPConfig', {
    enabled: bool,
    targets: list(struct('ServiceUSBIPTarget', { address: string, bus_id: string })),
  }),
  shown: withTargets,
  state: () => ({}),
  // Attach errors are only logged.
  apply: (_os, _before, _wanted, store) => store(),
};
