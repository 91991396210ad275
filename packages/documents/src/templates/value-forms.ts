import type { VariableType } from './template.ts';

/** How a text must look that is of one of these types, and what is said if it does not. */
export const textForms: Partial<Record<VariableType, { fits: (text: string) => boolean; expected: string }>> = {
  ip: { fits: isIp, expected: 'an IP address such as 10.0.0.11 or fd42::1' },
  cidr: { fits: isCidr, expected: 'an address with its prefix such as 10.0.0.0/24' },
  mac: { fits: (text) => /^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$/i.test(text), expected: 'a MAC such as 00:16:3e:12:34:56' },
  size: { fits: (text) => bytesOf(text) !== undefined, expected: 'a size such as 512MiB or 10GB' },
  duration: { fits: (text) => nanosecondsOf(text) !== undefined, expected: 'a duration such as 90s or 1h30m' },
  fingerprint: {
    fits: (text) => /^(?:[0-9a-f]{64}|[0-9a-f]{2}(?::[0-9a-f]{2}){31})$/i.test(text),
    expected: 'a SHA-256 fingerprint of 64 hex digits',
  },
  pem: { fits: (text) => isPem(text), expected: 'PEM, from -----BEGIN … to -----END …-----' },
};

function isIp(text: string): boolean {
  return isIpv4(text) || isIpv6(text);
}

const isIpv4 = (text: string): boolean =>
  /^\d{1,3}(?:\.\d{1,3}){3}$/.test(text) &&
  text.split('.').every((part) => String(Number(part)) === part && Number(part) < 256);

/** Groups of up to four hex digits, eight of them, or fewer with one `::`; the last two may be written as IPv4. */
function isIpv6(text: string): boolean {
  if (text.length > 45 || !text.includes(':') || text.includes(':::')) return false;
  const [head = '', tail, ...more] = text.split('::');
  if (more.length > 0) return false;
  const groups = [head, tail ?? ''].map((half) => (half === '' ? [] : half.split(':')));
  const all = groups.flat();
  const last = all.at(-1) ?? '';
  const isMixed = last.includes('.') && isIpv4(last);
  const hex = isMixed ? all.slice(0, -1) : all;
  const count = hex.length + (isMixed ? 2 : 0);
  const isComplete = tail === undefined ? count === 8 : count < 8;
  return isComplete && hex.every((group) => /^[0-9a-f]{1,4}$/i.test(group));
}

function isCidr(text: string): boolean {
  const [address = '', prefix = '', ...more] = text.split('/');
  if (more.length > 0 || !/^\d{1,3}$/.test(prefix)) return false;
  return isIpv4(address) ? Number(prefix) <= 32 : isIpv6(address) && Number(prefix) <= 128;
}

const isPem = (text: string): boolean => /^\s*-----BEGIN ([A-Z0-9 ]+)-----\r?\n[^]*\n-----END \1-----\s*$/.test(text);

const decimalUnits = ['kB', 'MB', 'GB', 'TB', 'PB', 'EB'];
const binaryUnits = ['KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'];

/** As Incus reads a size: bytes, in powers of 1000 or of 1024. */
export function bytesOf(text: string): number | undefined {
  const [, amount = '', unit = ''] = /^(\d{1,15})([A-Za-z]*)$/.exec(text) ?? [];
  if (amount === '') return undefined;
  if (unit === '' || unit === 'B') return Number(amount);
  const [decimal, binary] = [decimalUnits.indexOf(unit), binaryUnits.indexOf(unit)];
  if (decimal >= 0) return Number(amount) * 1000 ** (decimal + 1);
  return binary < 0 ? undefined : Number(amount) * 1024 ** (binary + 1);
}

const unitNs: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
};

/** As Go reads a duration. */
export function nanosecondsOf(text: string): number | undefined {
  if (text.length > 60) return undefined;
  if (text === '0') return 0;
  const parts = [...text.matchAll(/(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h)/g)];
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== text) return undefined;
  return parts.reduce((sum, [, amount, unit = '']) => sum + Number(amount) * (unitNs[unit] ?? 0), 0);
}
