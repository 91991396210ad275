import type { IncusOs } from './incus-os.ts';
import { interfacesOf } from './network-state.ts';
import { drivesOf } from './storage.ts';

const CORES = 4;

/** Incus' Resources object of this machine; computed each time, so that ten thousand machines cost nothing idle. */
export function hardwareOf(os: IncusOs) {
  return {
    cpu: { architecture: 'x86_64', sockets: [socket()], total: CORES },
    memory: { hugepages_total: 0, hugepages_used: 0, hugepages_size: 2_097_152, used: 2 ** 31, total: 2 ** 35 },
    gpu: { cards: [], total: 0 },
    network: { cards: cards(os), total: 1 },
    storage: { disks: disks(os), total: drivesOf(os).length },
    usb: { devices: [], total: 0 },
    pci: { devices: [], total: 0 },
    system: system(os),
    load: { Average1Min: 0.25, Average5Min: 0.25, Average10Min: 0.125, Processes: 180 },
    serial: { devices: [], total: 0 },
  };
}

function socket() {
  const cores = Array.from({ length: CORES }, (_, core) => ({
    core,
    cluster: 0,
    die: 0,
    threads: [{ id: core, numa_node: 0, thread: 0, online: true, isolated: false }],
    frequency: 2400,
    flags: ['fpu', 'sse4_2', 'avx2'],
  }));
  return { name: 'Simulated CPU', vendor: 'GenuineIntel', socket: 0, cores, frequency: 2400 };
}

function cards(os: IncusOs) {
  const states = interfacesOf(os);
  const port = {
    id: Object.keys(states)[0] ?? 'eth0',
    address: os.identity.mac(0),
    port: 0,
    protocol: 'ethernet',
    auto_negotiation: false,
    link_detected: true,
    link_speed: 10_000,
  };
  return [{ driver: 'virtio_net', ports: [port], numa_node: 0, pci_address: '0000:05:00.0' }];
}

function disks(os: IncusOs) {
  return drivesOf(os).map((drive, index) => ({
    id: index === 0 ? 'sda' : `nvme${index - 1}n1`,
    device: index === 0 ? '8:0' : `259:${index - 1}`,
    model: drive['model_name'],
    type: drive['bus'],
    read_only: false,
    size: drive['capacity_in_bytes'],
    removable: false,
    numa_node: 0,
    block_size: 512,
    rpm: 0,
    serial: drive['serial_number'],
    device_id: String(drive['id']).replace('/dev/disk/by-id/', ''),
    partitions: [],
  }));
}

function system(os: IncusOs) {
  const { system_uuid, serial } = os.identity;
  return {
    uuid: system_uuid,
    vendor: 'Simulated',
    product: 'Operations Center Simulator',
    family: '',
    version: '1.0',
    sku: '',
    serial,
    type: 'physical',
    firmware: { vendor: 'EDK II', date: '02/02/2026', version: '2026.02' },
    chassis: { vendor: 'Simulated', type: 'Rack Mount Chassis', serial, version: '1.0' },
    motherboard: { vendor: 'Simulated', product: 'SIM-1', serial, version: '1.0' },
  };
}
