import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { ServerCertificate } from './incus/member.ts';

export type Curve = 'P-256' | 'P-384';
export type Certificates = {
  /** The certificate of this label ("server3", "server3 2" after a reset …); made if it is not in the cache. */
  get(label: string, hostname: string): Promise<ServerCertificate>;
  /** Writes what was made since to the cache. */
  save(): void;
};

type Entry = ServerCertificate & { label: string };

/**
 * Server certificates as incusd makes its own (self-signed, for servers only), kept on disk by seed: making a thousand
 * takes seconds, reading them milliseconds.
 */
export function makeCertificates(seed: string, curve: Curve, directory = cacheDirectory()): Certificates {
  const file = join(
    directory,
    `certificates-${createHash('sha256').update(seed).digest('hex').slice(0, 16)}-${curve}.jsonl`,
  );
  const known = readCache(file);
  let changed = false;
  return {
    async get(label, hostname) {
      const cached = known.get(label);
      if (cached !== undefined) return cached;
      const made = await makeServerCertificate(hostname, curve);
      known.set(label, made);
      changed = true;
      return made;
    },
    save() {
      if (!changed) return;
      mkdirSync(directory, { recursive: true, mode: 0o700 });
      const lines = [...known].map(([label, made]) => JSON.stringify({ label, ...made } satisfies Entry));
      // Renamed into place: another simulator that reads it meanwhile sees the old file or the new one.
      writeFileSync(`${file}.${process.pid}`, `${lines.join('\n')}\n`, { mode: 0o600 });
      renameSync(`${file}.${process.pid}`, file);
      changed = false;
    },
  };
}

/** Lazy, because reading a cached certificate needs no X.509 library. */
async function makeServerCertificate(hostname: string, curve: Curve): Promise<ServerCertificate> {
  const { makeCertificate } = await import('@operations-center/tls');
  return makeCertificate({
    organization: 'Linux Containers',
    commonName: `root@${hostname}`,
    dnsNames: [hostname],
    addresses: ['127.0.0.1', '::1'],
    curve,
    usage: 'server',
  });
}

function readCache(file: string): Map<string, ServerCertificate> {
  let text = '';
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return new Map(); // The first run of this seed.
  }
  const entries = text.split('\n').filter(Boolean).map(parseEntry);
  return new Map(entries.flatMap((entry) => (entry === undefined ? [] : [[entry.label, entry]])));
}

/** Undefined for a line that is no entry: it is made again. */
function parseEntry(line: string): Entry | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const text = (key: string): string => String(Reflect.get(value, key) ?? '');
  const entry = {
    label: text('label'),
    certificate: text('certificate'),
    key: text('key'),
    fingerprint: text('fingerprint'),
  };
  return Object.values(entry).includes('') ? undefined : entry;
}

export function cacheDirectory(environment: NodeJS.ProcessEnv = process.env): string {
  return join(environment['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'operations-center', 'simulator');
}
