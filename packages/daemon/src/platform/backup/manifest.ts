import { z } from 'zod';

/** Raised when an older program could not read what a newer one writes. */
export const formatVersion = 1;
export const manifestName = 'manifest.json';
export const manifestLimitBytes = 4 * 1024 * 1024;
export const databaseName = 'operations-center.db';
/** What only these files can do: be trusted by the servers, be known by them, open what is sealed. */
export const keyNames = ['client.crt', 'client.key', 'server.crt', 'server.key', 'sealing.key'] as const;
export const configurationName = 'daemon.yml';

const kib = 1024;
const tib = 1024 ** 4;
/** Every file a backup may hold at its top, with the size beyond which it is none of ours. */
const topLimits: Readonly<Record<string, number>> = {
  [databaseName]: tib,
  [configurationName]: 64 * kib,
  ...Object.fromEntries(keyNames.map((name) => [name, 64 * kib])),
};
const filesAtMost = 20_000;

const file = z.strictObject({
  path: z.string(),
  bytes: z.int().min(0).max(tib),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

/** The first entry of a backup: what follows it, and nothing else may follow. */
const manifest = z.strictObject({
  format: z.literal('operations-center-backup'),
  version: z.literal(formatVersion),
  made_at: z.iso.datetime(),
  files: z.array(file).min(1).max(filesAtMost),
});
export type BackupFile = z.output<typeof file>;
export type Manifest = z.output<typeof manifest>;

/** Reads a manifest and holds it against what a backup can hold. Throws with the reason. */
export function parseManifest(text: string): Manifest {
  const value = parseJson(text);
  const { format, version } = z.looseObject({ format: z.unknown(), version: z.unknown() }).parse(value);
  if (format !== 'operations-center-backup') throw new Error('this is no backup of Operations Center');
  if (version !== formatVersion) {
    throw new Error(
      `it has format ${String(version)}, this program reads format ${formatVersion}: use the program that made it`,
    );
  }
  const read = manifest.safeParse(value);
  if (!read.success) {
    const [issue] = read.error.issues;
    throw new Error(`its manifest is wrong: ${issue?.path.join('.')}: ${issue?.message}`);
  }
  checkFiles(read.data.files);
  return read.data;
}

function checkFiles(files: readonly BackupFile[]): void {
  const seen = new Set<string>();
  for (const { path, bytes } of files) {
    if (seen.has(path)) throw new Error(`it names ${JSON.stringify(path)} twice`);
    seen.add(path);
    const limit = topLimits[path] ?? (isArtifactPath(path) ? tib : undefined);
    if (limit === undefined)
      throw new Error(`it holds ${JSON.stringify(path.slice(0, 200))}, which is no file of ours`);
    if (bytes > limit) throw new Error(`${path} has ${bytes} bytes, at most ${limit} are expected`);
  }
  if (!seen.has(databaseName)) throw new Error(`there is no ${databaseName} in it`);
  const keys = keyNames.filter((name) => seen.has(name));
  // The sealing key may be kept elsewhere: in a service manager's credential, in the environment.
  const needed = keyNames.filter((name) => name !== 'sealing.key');
  if (keys.length > 0 && needed.some((name) => !seen.has(name)))
    throw new Error(`of the keys it holds only ${keys.join(', ')}`);
}

/** Below `artifacts/`, each part a plain name: nothing that leads out of the directory it is put into. */
export function isArtifactPath(path: string): boolean {
  const [top, ...parts] = path.split('/');
  return (
    top === 'artifacts' &&
    parts.length > 0 &&
    parts.length <= 8 &&
    parts.every((part) => /^[^\\\p{Cc}]{1,255}$/u.test(part) && part !== '.' && part !== '..')
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error('its manifest is no JSON');
  }
}
