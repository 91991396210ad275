/** The parts of a server's JSON that IncusOS says; verbatim where it said them, OC's zero objects where it did not yet. */

export const zeroHardwareData = JSON.stringify({
  cpu: { architecture: '', sockets: null, total: 0 },
  memory: { hugepages_total: 0, hugepages_used: 0, hugepages_size: 0, used: 0, total: 0 },
  gpu: { cards: null, total: 0 },
  network: { cards: null, total: 0 },
  storage: { disks: null, total: 0 },
  usb: { devices: null, total: 0 },
  pci: { devices: null, total: 0 },
  system: {
    uuid: '',
    vendor: '',
    product: '',
    family: '',
    version: '',
    sku: '',
    serial: '',
    type: '',
    firmware: null,
    chassis: null,
    motherboard: null,
  },
  load: { Average1Min: 0, Average5Min: 0, Average10Min: 0, Processes: 0 },
  serial: { devices: null, total: 0 },
});

export const zeroOsData = JSON.stringify({
  network: { config: null, state: { interfaces: null, configuration_in_process: false } },
  security: {
    config: { encryption_recovery_keys: null },
    state: {
      encrypted_volumes: null,
      encryption_recovery_keys_retrieved: false,
      drive_recovery_keys: null,
      pool_recovery_keys: null,
      secure_boot_certificates: null,
      secure_boot_enabled: false,
      system_state_is_trusted: false,
      system_state_status: '',
      tpm_status: '',
    },
  },
  storage: { config: { scrub_schedule: '' }, state: { drives: null, pools: null } },
});

export const zeroVersionData = JSON.stringify({
  os: { name: '', version: '', version_next: '', needs_reboot: false },
  applications: null,
  update_channel: '',
});

export const zeroBmcData = JSON.stringify({
  bmc_protocol: '',
  bmc_protocol_version: '',
  bmc_vendor: '',
  bmc_model: '',
  bmc_firmware_version: '',
  bmc_service_identification: '',
  server_manufacturer: '',
  server_model: '',
  server_sub_model: '',
  system_uuid: '',
  server_asset_tag: '',
  server_host_name: '',
  server_sku: '',
  server_serial_number: '',
  server_bios_version: '',
  server_bios_attributes: null,
  server_processor_architecture: '',
  server_processor_instruction_set: '',
  server_power_state: '',
  server_location_indicator_active: false,
  server_health_status: '',
  virtual_media: null,
  last_updated: '0001-01-01T00:00:00Z',
});

/** Where IncusOS' documents hold secrets; `*` is every key or index. */
export const securitySecrets = [
  ['config', 'encryption_recovery_keys', '*'],
  ['state', 'drive_recovery_keys', '*'],
  ['state', 'pool_recovery_keys', '*'],
] as const;

export const networkSecrets = [
  ['config', 'wireguard', '*', 'private_key'],
  ['config', 'wireguard', '*', 'peers', '*', 'preshared_key'],
  ['config', 'proxy', 'servers', '*', 'password'],
  ['config', 'interfaces', '*', 'ethernet', 'wakeonlan_password'],
  ['config', 'bonds', '*', 'ethernet', 'wakeonlan_password'],
  ['state', 'interfaces', '*', 'wireguard', 'peers', '*', 'preshared_key'],
] as const;
/** A network without any of these words has no secret and is kept to the byte. */
export const networkSecretWords = ['"private_key"', '"preshared_key"', '"password"', '"wakeonlan_password"'] as const;
