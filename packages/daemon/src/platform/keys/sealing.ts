import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';

declare const sealedBrand: unique symbol;
/** A secret as it may stand in the database, a plan or the journal: `sealed:v1:…`. */
export type Sealed = string & { readonly [sealedBrand]: true };

export const sealedPrefix = 'sealed:v1:';
const ivBytes = 12;
const tagBytes = 16;

export const isSealed = (value: unknown): value is Sealed =>
  typeof value === 'string' && value.startsWith(sealedPrefix);

/**
 * `field`: stands in a document that people and servers fill, where anything may have been put that only looks like ours.
 * It is bound to that: a document is no way to open what was sealed anywhere else.
 */
export type SealKind = 'value' | 'field';
const boundTo: Record<SealKind, Buffer> = { value: Buffer.alloc(0), field: Buffer.from('field') };

/** What a secret looks like to people and logs; sent back in a PUT it means "unchanged" (design D13). */
export const redacted = '**redacted**';

/** Seals and opens secrets with AES-256-GCM; the key is never in the database. */
export type Sealer = {
  seal(secret: string): Sealed;
  /** Throws if the text was changed or sealed with another key. */
  open(sealed: Sealed): string;
  /** The secret; undefined for what `open` would refuse. */
  tryOpen(sealed: Sealed): string | undefined;
  /** The secret and how it was sealed, whichever way that was: for who seals it anew. */
  inspect(sealed: Sealed): { kind: SealKind; secret: string } | undefined;
  sealAs(kind: SealKind, secret: string): Sealed;
  /** Seals what belongs to one place, a row say: it cannot be opened as that of another. */
  sealFor(place: string, secret: string): Sealed;
  openFor(place: string, sealed: Sealed): string | undefined;
  /** Seals the strings at `paths` of a JSON text as fields; `*` stands for every key or index. */
  sealPaths(json: string, paths: readonly (readonly string[])[]): string;
  /** Puts the secrets of fields back into a JSON text. What only looks like one is somebody's own text, and stays. */
  openAll(json: string): string;
  /** Puts `**redacted**` where sealed values stand. */
  redactAll(json: string): string;
  /** A keyed digest: equal secrets are seen to be equal without being shown. */
  digest(text: string): string;
  /** A name for a value, made of the value with a key of its own for each purpose: 64 hex digits. */
  identify(purpose: string, text: string): string;
};

/** `older`: keys of before, which open what was sealed with them. Nothing is sealed or named with them any more. */
export function makeSealer(key: Buffer, older: readonly Buffer[] = []): Sealer {
  const sealBound = (to: Buffer, secret: string): Sealed => {
    const iv = randomBytes(ivBytes);
    const cipher = createCipheriv('aes-256-gcm', key, iv, { authTagLength: tagBytes }).setAAD(to);
    const body = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
    return `${sealedPrefix}${Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64url')}` as Sealed;
  };
  const tryOpenBound = (to: Buffer, sealed: Sealed): string | undefined => {
    for (const one of [key, ...older]) {
      const secret = openWith(one, to, sealed);
      if (secret !== undefined) return secret;
    }
    return undefined;
  };
  const sealAs = (kind: SealKind, secret: string): Sealed => sealBound(boundTo[kind], secret);
  const tryOpenAs = (kind: SealKind, sealed: Sealed): string | undefined => tryOpenBound(boundTo[kind], sealed);
  const tryOpen = (sealed: Sealed): string | undefined => tryOpenAs('value', sealed);
  const open = (sealed: Sealed): string => {
    const secret = tryOpen(sealed);
    if (secret === undefined) throw new Error('a sealed secret was changed, or sealed with another key');
    return secret;
  };
  const keys = new Map<string, Buffer>();
  const keyFor = (purpose: string): Buffer => {
    const known = keys.get(purpose) ?? deriveKey(key, purpose);
    keys.set(purpose, known);
    return known;
  };
  const pattern = /"(sealed:v1:[\w-]+)"/g;
  return {
    seal: (secret) => sealAs('value', secret),
    open,
    tryOpen,
    inspect(sealed) {
      for (const kind of ['value', 'field'] as const) {
        const secret = tryOpenAs(kind, sealed);
        if (secret !== undefined) return { kind, secret };
      }
      return undefined;
    },
    sealAs,
    sealFor: (place, secret) => sealBound(placeOf(place), secret),
    openFor: (place, sealed) => tryOpenBound(placeOf(place), sealed),
    sealPaths(json, paths) {
      const value: unknown = JSON.parse(json);
      for (const path of paths) sealAt(value, path, (text) => sealAs('field', text));
      return JSON.stringify(value);
    },
    openAll: (json) =>
      json.includes(sealedPrefix)
        ? json.replace(pattern, (_, sealed: Sealed) => JSON.stringify(tryOpenAs('field', sealed) ?? sealed))
        : json,
    redactAll: (json) => (json.includes(sealedPrefix) ? json.replace(pattern, `"${redacted}"`) : json),
    digest: (text) => createHmac('sha256', key).update(text).digest('hex'),
    identify: (purpose, text) => createHmac('sha256', keyFor(purpose)).update(text).digest('hex'),
  };
}

/** No kind is called so: what is sealed for a place is nothing else. */
const placeOf = (place: string): Buffer => Buffer.from(`place ${place}`);

/** A key of its own for each purpose: who has it has nothing else. */
export const deriveKey = (key: Buffer, purpose: string): Buffer =>
  Buffer.from(hkdfSync('sha256', key, '', `operations-center ${purpose}`, 32));

/** Undefined: it was changed, sealed with another key, or was never sealed at all. */
function openWith(key: Buffer, to: Buffer, sealed: Sealed): string | undefined {
  const bytes = Buffer.from(sealed.slice(sealedPrefix.length), 'base64url');
  if (bytes.length < ivBytes + tagBytes) return undefined;
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, ivBytes), { authTagLength: tagBytes });
  decipher.setAAD(to).setAuthTag(bytes.subarray(ivBytes, ivBytes + tagBytes));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(ivBytes + tagBytes)), decipher.final()]).toString('utf8');
  } catch {
    return undefined; // what follows from it is the caller's to say
  }
}

function sealAt(value: unknown, path: readonly string[], seal: (secret: string) => string): void {
  const [head, ...rest] = path;
  if (head === undefined || typeof value !== 'object' || value === null) return;
  const container = value as Record<string, unknown>;
  for (const key of head === '*' ? Object.keys(container) : [head]) {
    const inner = container[key];
    if (rest.length > 0) sealAt(inner, rest, seal);
    else if (typeof inner === 'string' && inner !== '') container[key] = seal(inner);
  }
}

/** What was sealed anew in a text, and what could not be opened and stayed. */
export type Resealed = { text: string; sealed: number; left: number };

/** Seals everything sealed in a text anew, also what is sealed within a sealed secret. */
export function resealText(text: string, from: Sealer, to: Sealer): Resealed {
  const counts = { sealed: 0, left: 0 };
  const reseal = (part: string): string =>
    part.replace(/sealed:v1:[\w-]+/g, (found) => {
      const opened = from.inspect(found as Sealed);
      counts[opened === undefined ? 'left' : 'sealed'] += 1;
      return opened === undefined ? found : to.sealAs(opened.kind, reseal(opened.secret));
    });
  return { text: reseal(text), ...counts };
}
