import { createCipheriv, createDecipheriv, randomBytes, scryptSync } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { writePrivateFile } from './keys/private-file.ts';
import { type FoundKey, keyText, loadSealingKey, parseSealingKey, refuseCutOffRotation } from './keys/sealing-key.ts';
import type { StateDirectory } from './state-directory.ts';

/** The key files of a daemon: what a second one on the same database must have too (engineering E19). */
export type KeyFiles = Pick<
  StateDirectory,
  'clientCertificate' | 'clientKey' | 'serverCertificate' | 'serverKey' | 'sealingKey'
>;
export const keyFiles = ['clientCertificate', 'clientKey', 'serverCertificate', 'serverKey', 'sealingKey'] as const;

export type Keys = Record<keyof KeyFiles, string>;

const keysShape = z.strictObject({
  clientCertificate: z.string(),
  clientKey: z.string(),
  serverCertificate: z.string(),
  serverKey: z.string(),
  sealingKey: z.string(),
});
const bundleShape = z.union([
  z.strictObject({ bundle: z.literal('operations-center'), version: z.literal(1), keys: keysShape }),
  z.strictObject({
    bundle: z.literal('operations-center'),
    version: z.literal(1),
    salt: z.string(),
    iv: z.string(),
    tag: z.string(),
    sealed: z.string(),
  }),
]);

const head = { bundle: 'operations-center', version: 1 } as const;
/** 64 MB and about a tenth of a second for each guess. */
const scryptCost = { N: 65_536, r: 8, p: 1, maxmem: 128 * 1024 * 1024 };

/** The sealing key may come from elsewhere than its file. */
export function readKeys(state: KeyFiles, givenKeys: readonly FoundKey[]): Keys {
  const [given] = givenKeys;
  const inFiles = keyFiles.filter((name) => given === undefined || name !== 'sealingKey');
  const missing = inFiles.find((name) => !existsSync(state[name]));
  if (missing !== undefined)
    throw new Error(`${state[missing]} is missing: no daemon has started in this directory yet`);
  refuseCutOffRotation(state.sealingKey);
  const sealingKey = keyText(loadSealingKey(givenKeys, state.sealingKey).key);
  const read = Object.fromEntries(inFiles.map((name) => [name, readFileSync(state[name], 'utf8')]));
  // Every name of the list is in one of the two.
  return { ...read, sealingKey } as Keys;
}

/** A sealing key that is given to the daemon already is kept in no file. */
export function writeKeys(state: KeyFiles, keys: Keys, givenKeys: readonly FoundKey[]): void {
  const key = parseSealingKey(keys.sealingKey, 'the bundle');
  const other = givenKeys.find((given) => !given.key.equals(key));
  if (other !== undefined) throw new Error(`${other.source} gives another sealing key than the bundle`);
  const names = keyFiles.filter((name) => name !== 'sealingKey' || givenKeys.length === 0);
  const there = names.find((name) => existsSync(state[name]));
  if (there !== undefined) throw new Error(`${state[there]} is there already: keys are never written over others`);
  for (const name of names) writePrivateFile(state[name], keys[name]);
}

/** The text of a bundle; with a passphrase its keys are sealed (scrypt, AES-256-GCM). */
export function packBundle(keys: Keys, passphrase: string | undefined): string {
  if (passphrase === undefined) return `${JSON.stringify({ ...head, keys }, null, 2)}\n`;
  const [salt, iv] = [randomBytes(16), randomBytes(12)];
  const cipher = createCipheriv('aes-256-gcm', scryptSync(passphrase, salt, 32, scryptCost), iv);
  const sealed = Buffer.concat([cipher.update(JSON.stringify(keys), 'utf8'), cipher.final()]);
  const parts = { salt, iv, tag: cipher.getAuthTag(), sealed };
  const texts = Object.fromEntries(Object.entries(parts).map(([name, bytes]) => [name, bytes.toString('base64')]));
  return `${JSON.stringify({ ...head, ...texts }, null, 2)}\n`;
}

/** Throws, without a word of what is in it, if the text is no bundle or the passphrase is not the right one. */
export function unpackBundle(text: string, passphrase: string | undefined): Keys {
  const bundle = parseBundle(text);
  if ('keys' in bundle) return bundle.keys;
  if (passphrase === undefined)
    throw new Error('the bundle is sealed: name the file of its passphrase, --passphrase-file FILE');
  const [salt, iv, tag, sealed] = [bundle.salt, bundle.iv, bundle.tag, bundle.sealed].map((part) =>
    Buffer.from(part, 'base64'),
  ) as [Buffer, Buffer, Buffer, Buffer]; // four in, four out
  try {
    const decipher = createDecipheriv('aes-256-gcm', scryptSync(passphrase, salt, 32, scryptCost), iv);
    decipher.setAuthTag(tag);
    return keysShape.parse(JSON.parse(Buffer.concat([decipher.update(sealed), decipher.final()]).toString('utf8')));
  } catch (cause) {
    throw new Error('the bundle cannot be opened: the passphrase is another one, or the file was changed', { cause });
  }
}

function parseBundle(text: string): z.output<typeof bundleShape> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined; // told below
  }
  const read = bundleShape.safeParse(value);
  if (!read.success)
    throw new Error('this is no bundle of Operations Center: make one with operations-centerd bundle FILE');
  return read.data;
}
