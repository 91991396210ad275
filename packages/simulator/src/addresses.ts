import { isIPv4 } from 'node:net';

/**
 * Addresses for servers 1, 2, 3 … of a loopback network: the first is .0.11, so that 1–10 stay free for what runs
 * beside the fleet. Throws if the network is no loopback network or too small.
 */
export function addressesOf(network: string): (index: number) => string {
  const [base = '', length = ''] = network.split('/');
  const bits = Number(length);
  if (!isIPv4(base) || !base.startsWith('127.') || !Number.isInteger(bits) || bits < 8 || bits > 28) {
    throw new TypeError(
      `--network ${network}: only a loopback network from /8 to /28 will do, for example 127.77.0.0/16`,
    );
  }
  const size = 2 ** (32 - bits);
  const start = Math.floor(numberOf(base) / size) * size;
  return (index) => {
    if (10 + index >= size - 1)
      throw new RangeError(`--network ${network} has no room for server ${index}: choose a shorter prefix`);
    return textOf(start + 10 + index);
  };
}

const numberOf = (address: string): number => address.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
const textOf = (value: number): string => [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
