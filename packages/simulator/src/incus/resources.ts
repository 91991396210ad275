import type { Call } from './call.ts';
import { onTarget } from './call.ts';
import type { Answer } from './reply.ts';
import { ok } from './reply.ts';

const CORES = 8;
const GIB = 1024 ** 3;

/** `GET /1.0/resources`: the hardware, in the shape Incus gives it. */
export async function showResources(call: Call): Promise<Answer> {
  const { options } = (await onTarget(call)).machine;
  const cores = Array.from({ length: CORES }, (_, core) => ({
    core,
    die: 0,
    threads: [{ id: core, numa_node: 0, thread: 0, online: true, isolated: false }],
    flags: [],
  }));
  const memory = { hugepages_total: 0, hugepages_used: 0, used: 8 * GIB, total: 64 * GIB };
  const cards = options.interfaces.map((one, place) => ({
    driver: 'virtio_net',
    driver_version: '6.18.33',
    ports: [
      {
        id: one.name,
        address: one.hwaddr,
        port: 0,
        protocol: 'ethernet',
        auto_negotiation: false,
        link_detected: true,
        link_speed: 10000,
      },
    ],
    numa_node: 0,
    pci_address: `0000:0${place + 1}:00.0`,
  }));
  return ok({
    cpu: {
      architecture: 'x86_64',
      sockets: [{ name: 'Simulated CPU', vendor: 'GenuineIntel', socket: 0, cache: [], cores }],
      total: CORES,
    },
    memory: { nodes: [{ numa_node: 0, ...memory }], hugepages_size: 2097152, ...memory },
    gpu: { cards: [], total: 0 },
    network: { cards, total: cards.length },
    storage: { disks: [], total: 0 },
    usb: { devices: [], total: 0 },
    pci: { devices: [], total: 0 },
    system: {
      uuid: '',
      vendor: '',
      product: '',
      family: '',
      version: '',
      sku: '',
      serial: '',
      type: 'unknown',
      firmware: null,
      chassis: null,
      motherboard: null,
    },
    load: { Average1Min: 0.1, Average5Min: 0.1, Average10Min: 0.1, Processes: 240 },
    serial: { devices: [], total: 0 },
  });
}
