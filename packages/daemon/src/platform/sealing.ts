import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

declare const sealedBrand: unique symbol;
/** A secret as it may stand in the database, a plan or the journal: `sealed:v1:…`. */
export type Sealed = string & { readonly [sealedBrand]: true };

const prefix = 'sealed:v1:';

export const isSealed = (value: unknown): value is Sealed => typeof value === 'string' && value.startsWith(prefix);

/** What a secret looks like to people and logs; sent back in a PUT it means "unchanged" (design D13). */
export const redacted = '**redacted**';

/** Seals and opens secrets with AES-256-GCM; the key is a file of its own, never in the database. */
export type Sealer = {
  seal(secret: string): Sealed;
  /** Throws if the text was changed or sealed with another key. */
  open(sealed: Sealed): string;
  /** Seals the strings at `paths` of a JSON text; `*` stands for every key or index. */
  sealPaths(json: string, paths: readonly (readonly string[])[]): string;
  /** Puts the secrets back into a JSON text. */
  openAll(json: string): string;
  /** Puts `**redacted**` where sealed values stand. */
  redactAll(json: string): string;
  /** A keyed digest: equal secrets are seen to be equal without being shown. */
  digest(text: string): string;
  /** A name for a value, made of the value with a key of its own for each purpose: 64 hex digits. */
  identify(purpose: string, text: string): string;
};

export function makeSealer(key: Buffer): Sealer {
  const seal = (secret: string): Sealed => {
    const iv = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', key, iv);
    const body = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
    return `${prefix}${Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64url')}` as Sealed;
  };
  const open = (sealed: Sealed): string => {
    const bytes = Buffer.from(sealed.slice(prefix.length), 'base64url');
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12));
    decipher.setAuthTag(bytes.subarray(12, 28));
    return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8');
  };
  const keys = new Map<string, Buffer>();
  const keyFor = (purpose: string): Buffer => {
    const known = keys.get(purpose) ?? Buffer.from(hkdfSync('sha256', key, '', `operations-center ${purpose}`, 32));
    keys.set(purpose, known);
    return known;
  };
  const pattern = /"(sealed:v1:[\w-]+)"/g;
  return {
    seal,
    open,
    sealPaths(json, paths) {
      const value: unknown = JSON.parse(json);
      for (const path of paths) sealAt(value, path, seal);
      return JSON.stringify(value);
    },
    openAll: (json) =>
      json.includes(prefix) ? json.replace(pattern, (_, sealed: Sealed) => JSON.stringify(open(sealed))) : json,
    redactAll: (json) => (json.includes(prefix) ? json.replace(pattern, `"${redacted}"`) : json),
    digest: (text) => createHmac('sha256', key).update(text).digest('hex'),
    identify: (purpose, text) => createHmac('sha256', keyFor(purpose)).update(text).digest('hex'),
  };
}

function sealAt(value: unknown, path: readonly string[], seal: (secret: string) => Sealed): void {
  const [head, ...rest] = path;
  if (head === undefined || typeof value !== 'object' || value === null) return;
  const container = value as Record<string, unknown>;
  for (const key of head === '*' ? Object.keys(container) : [head]) {
    const inner = container[key];
    if (rest.length > 0) sealAt(inner, rest, seal);
    else if (typeof inner === 'string' && inner !== '' && !isSealed(inner)) container[key] = seal(inner);
  }
}

/** Makes the sealing key, unless there is one; true if it did. For a directory without a database only. */
export function makeSealingKey(path: string): boolean {
  if (existsSync(path)) return false;
  writeFileSync(path, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600 });
  return true;
}

/** Before anything is made: a place that is not mounted yet must not get a key of its own. */
export function requireKeyFolder(path: string): void {
  const folder = dirname(path);
  if (existsSync(folder)) return;
  throw new Error(
    `there is no folder ${folder} for the sealing key ${path}: make it, mount what holds it, or change sealing_key.file in daemon.yml`,
  );
}

export function loadSealingKey(path: string): Buffer {
  if (!existsSync(path)) {
    throw new Error(
      `${path} is missing, but there is a database: what is sealed in it can be opened with this key only. Put it back from a backup.`,
    );
  }
  return parseSealingKey(readFileSync(path, 'utf8'), path);
}

export function parseSealingKey(text: string, source: string): Buffer {
  const key = Buffer.from(text.trim(), 'hex');
  if (key.length !== 32) throw new Error(`${source} does not hold a key of 64 hex digits`);
  return key;
}
