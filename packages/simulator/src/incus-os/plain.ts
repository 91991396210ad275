import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { configFrom, type Route } from './call.ts';
import { Refusal, success } from './envelope.ts';
import { any, bool, decodeGo, int, isObject, type Json, list, string, struct, textOf } from './go-json.ts';
import type { OsCall } from './incus-os.ts';

const KERNEL = struct('SystemKernelConfig', {
  'console?': list(struct('Console', { device: string, 'baud_rate?': int })),
  'blacklist_modules?': list(string),
  'cpu?': struct('CPU', { 'scaling_governor?': string }),
  'memory?': struct('Memory', { persistent_hugepages: int, zram_swap_size: string }),
  'network?': struct('KernelNetwork', {
    'buffer_size?': int,
    'netdev_max_backlog?': int,
    'queuing_discipline?': string,
    'tcp_congestion_algorithm?': string,
    'tcp_mtu_probing?': bool,
  }),
  'pci?': struct('PCI', { 'passthrough?': list(any), 'sriov?': list(any) }),
});
const LOGGING = struct('SystemLoggingConfig', {
  syslog: struct('Syslog', { address: string, protocol: string, log_format: string }),
});
const FALLBACK = struct('FallbackListenerConfig', {
  'listen_address?': string,
  'trusted_client_certificates?': list(string),
});

export const emptyKernel = (): Json => decodeGo(KERNEL, {});
export const emptyLogging = (): Json => decodeGo(LOGGING, {});

const wanted = (call: OsCall, shape: typeof KERNEL, empty: 'allowed' | 'refused' = 'refused'): Json =>
  configFrom(call, shape, 400, empty);

function checkKernel(config: Json): void {
  const network = isObject(config['network']) ? config['network'] : {};
  const memory = isObject(config['memory']) ? config['memory'] : {};
  const negative = (value: unknown) => typeof value === 'number' && value < 0;
  if (negative(memory['persistent_hugepages'])) throw new Refusal(500, 'persistent hugepages count cannot be negative');
  if (negative(network['buffer_size'])) throw new Refusal(500, 'buffer size cannot be negative');
  if (negative(network['netdev_max_backlog'])) throw new Refusal(500, 'netdev max backlog cannot be negative');
}

function checkFallback(config: Json): void {
  const address = textOf(config['listen_address']);
  const literal = /^(?:\[(?<six>.+)\]|(?<four>[^:]+)):\d{1,5}$/.exec(address)?.groups;
  if (address !== '' && isIP(literal?.['six'] ?? literal?.['four'] ?? '') === 0) {
    throw new Refusal(400, `invalid listen address: ${address}`);
  }
  const certificates = Array.isArray(config['trusted_client_certificates'])
    ? config['trusted_client_certificates']
    : [];
  if (certificates.length === 0) throw new Refusal(400, 'at least one trusted client TLS certificate must be defined');
  for (const [index, pem] of certificates.entries()) checkCertificate(String(pem), index);
}

function checkCertificate(pem: string, index: number): void {
  if (!pem.includes('-----BEGIN ')) throw new Refusal(400, `certificate at index ${index} is not PEM-encoded`);
  try {
    return void new X509Certificate(pem);
  } catch {
    throw new Refusal(400, `certificate at index ${index} is not valid: x509: malformed certificate`);
  }
}

/** The three resources that are little more than a stored document. */
export const PLAIN_ROUTES: readonly Route[] = [
  {
    path: '/1.0/system/kernel',
    GET: (call) => success({ config: call.os.state.kernel, state: {} }),
    PUT: (call) => {
      const config = wanted(call, KERNEL);
      checkKernel(config);
      call.os.state.kernel = config;
      return success();
    },
  },
  {
    path: '/1.0/system/logging',
    GET: (call) => success({ config: call.os.state.logging, state: {} }),
    PUT: (call) => {
      call.os.state.logging = wanted(call, LOGGING);
      return success();
    },
  },
  {
    path: '/1.0/system/fallback-listener',
    GET: (call) => success({ config: call.os.state.fallback_listener, state: { active: false } }),
    PUT: (call) => {
      const config = wanted(call, FALLBACK, 'allowed');
      checkFallback(config);
      call.os.state.fallback_listener = config;
      return success();
    },
  },
];
