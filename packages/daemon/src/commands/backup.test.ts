import { createHash, randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { openSqlite } from '@operations-center/database';
import { type Pack, pack } from 'tar-stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadKnownIdentity } from '../domains/settings/identity.service.ts';
import { loadHoldRow } from '../domains/settings/settings.store.ts';
import { migrations } from '../migrations.ts';
import { backUpState } from '../platform/backup/back-up-state.ts';
import { makeIdentity } from '../platform/keys/identity.ts';
import { makeSealingKey } from '../platform/keys/sealing-key.ts';
import { findStateDirectory, prepareStateDirectory } from '../platform/state-directory.ts';
import type { Schema } from '../schema.ts';
import { restoreState } from './restore-state.ts';

const folder = mkdtempSync(join(tmpdir(), 'backup-'));
const stateIn = (name: string) => findStateDirectory({ OPERATIONS_CENTER_DIR: join(folder, name) }, false);
const state = stateIn('state');
const openState = (path: string) => openSqlite<Schema>({ path, migrations });
let database: Awaited<ReturnType<typeof openState>>;
let good: Buffer;

beforeAll(async () => {
  prepareStateDirectory(state);
  await makeIdentity(state);
  makeSealingKey(state.sealingKey);
  database = await openState(state.database);
  await loadKnownIdentity({ database, state, givenKeys: [], shown: state.database, hasServers: async () => false });
  mkdirSync(join(state.path, 'artifacts', 'wonderful'), { recursive: true });
  writeFileSync(join(state.path, 'artifacts', 'wonderful', 'terraform configuration.zip'), 'zip');
  writeFileSync(state.inventoryDatabase, 'derived');
  await backUp('good.tar.gz');
  good = readFileSync(join(folder, 'good.tar.gz'));
});
afterAll(async () => {
  await database.close();
  rmSync(folder, { recursive: true });
});

const backUp = (name: string, withKeys = true) =>
  backUpState({ state, file: join(folder, name), withKeys, hasGivenKey: false, nowMs: 1_800_000_000_000 });
let restores = 0;
const restore = async (archive: Buffer) => {
  restores += 1;
  const file = join(folder, `archive-${restores}`);
  writeFileSync(file, archive);
  const target = stateIn(`restored-${restores}`);
  return { target, done: restoreState(file, target, 1_800_000_001_000) };
};

test('a backup is one private file, whole, with everything that cannot be made again', async () => {
  const { manifest, bytes } = await backUp('one.tar.gz');
  const file = join(folder, 'one.tar.gz');
  expect(statSync(file)).toMatchObject({ size: bytes, mode: 0o100600 });
  expect(manifest.files.map(({ path }) => path)).toEqual([
    'client.crt',
    'client.key',
    'server.crt',
    'server.key',
    'sealing.key',
    'artifacts/wonderful/terraform configuration.zip',
    'operations-center.db',
  ]);
  expect(readdirSync(folder).filter((name) => name.includes('unfinished'))).toEqual([]);
});

test('nothing is written over, and a backup that is being made is left alone', async () => {
  await backUp('two.tar.gz');
  const before = readFileSync(join(folder, 'two.tar.gz'));
  await expect(backUp('two.tar.gz')).rejects.toThrow(/two\.tar\.gz exists/);
  expect(readFileSync(join(folder, 'two.tar.gz'))).toEqual(before);
  writeFileSync(join(folder, 'three.tar.gz.unfinished'), 'of another process');
  await expect(backUp('three.tar.gz')).rejects.toThrow(/another backup is being made, or one was cut off/);
  expect(existsSync(join(folder, 'three.tar.gz.unfinished'))).toBe(true);
});

test('what cannot be read again is not taken along in silence', async () => {
  const link = join(state.path, 'artifacts', 'link');
  symlinkSync('/etc/hostname', link);
  await expect(backUp('linked.tar.gz')).rejects.toThrow(/artifacts\/link cannot be backed up/);
  rmSync(link);
  expect(readdirSync(folder).filter((name) => name.startsWith('linked'))).toEqual([]);
});

test('taken while somebody writes, the database in it is of one moment', async () => {
  const load = { on: true };
  const add = (uuid: string) => ({
    uuid,
    status: 'new' as const,
    type: uuid,
    scope: '',
    entity_type: '',
    entity: '',
    messages: randomBytes(2_000).toString('hex'),
    count: 1,
    first_occurrence: 0,
    last_occurrence: 0,
    last_updated: 0,
  });
  const writing = (async () => {
    for (let at = 0; load.on; at += 1) {
      // Always two at once: one alone would be half a write.
      await database.write('load', async (tx) => {
        await tx
          .insertInto('warnings')
          .values([add(`a${at}`), add(`b${at}`)])
          .execute();
      });
      await new Promise((resolve) => setImmediate(resolve));
    }
  })();
  const backups = ['w1.tar.gz', 'w2.tar.gz', 'w3.tar.gz'];
  for (const name of backups) await backUp(name);
  load.on = false;
  await writing;
  const counts: number[] = [];
  for (const name of backups) {
    const { target, done } = await restore(readFileSync(join(folder, name)));
    await done;
    const restored = await openState(target.database);
    counts.push((await restored.rows('select uuid from warnings')).length);
    await restored.close();
  }
  expect(counts.every((count) => count % 2 === 0)).toBe(true);
  expect(counts.at(-1)).toBeGreaterThan(0);
});

test('restored, every file is what it was, private, and the database is held', async () => {
  const { target, done } = await restore(good);
  await done;
  for (const name of ['client.crt', 'client.key', 'server.crt', 'server.key', 'sealing.key']) {
    expect(readFileSync(join(target.path, name))).toEqual(readFileSync(join(state.path, name)));
    expect(statSync(join(target.path, name)).mode & 0o777).toBe(0o600);
  }
  expect(readFileSync(join(target.path, 'artifacts/wonderful/terraform configuration.zip'), 'utf8')).toBe('zip');
  expect(readdirSync(target.path).sort()).toEqual([
    'artifacts',
    'client.crt',
    'client.key',
    'operations-center.db',
    'sealing.key',
    'server.crt',
    'server.key',
  ]);
  const restored = await openState(target.database);
  expect(await loadHoldRow(restored.read)).toEqual({ since: 1_800_000_001_000, backup_made_at: 1_800_000_000_000 });
  await restored.close();
});

test('without keys it is restored without them', async () => {
  await backUp('keyless.tar.gz', false);
  const { target, done } = await restore(readFileSync(join(folder, 'keyless.tar.gz')));
  expect((await done).files.map(({ path }) => path)).not.toContain('client.key');
  expect(existsSync(target.clientKey)).toBe(false);
});

test('a directory that holds anything is left alone, and a daemon does not start on half a restore', async () => {
  const target = stateIn('taken');
  mkdirSync(target.path);
  writeFileSync(join(target.path, 'mine'), '');
  await expect(restoreState(join(folder, 'good.tar.gz'), target, 0)).rejects.toThrow(/is not empty/);
  expect(readdirSync(target.path)).toEqual(['mine']);
  mkdirSync(join(target.path, '.restoring'));
  expect(() => prepareStateDirectory(target)).toThrow(/a restore into .* was cut off/);
});

/** What is told depends on where it was cut. */
const torn = /end of file|end of data|missing|hash differs|is empty|cut short/i;
const tar = (): Buffer => gunzipSync(good);

test.each([0.01, 0.3, 0.6, 0.9, 0.999])('torn at %d of its length: refused, nothing written', async (part) => {
  const { target, done } = await restore(good.subarray(0, Math.floor(good.length * part)));
  await expect(done).rejects.toThrow(torn);
  expect(existsSync(target.path)).toBe(false);
});

test('torn inside the tar, though the gzip around it is whole', async () => {
  for (const part of [0.2, 0.5, 0.95]) {
    const { target, done } = await restore(gzipSync(tar().subarray(0, Math.floor(tar().length * part))));
    await expect(done).rejects.toThrow(torn);
    expect(existsSync(target.path)).toBe(false);
  }
});

test('one changed byte of any file is noticed', async () => {
  const bytes = tar();
  const at = bytes.indexOf('PRIVATE KEY') + 40;
  bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
  const { target, done } = await restore(gzipSync(bytes));
  await expect(done).rejects.toThrow(/its hash differs/);
  expect(existsSync(target.path)).toBe(false);
});

type Part = { header: Parameters<Pack['entry']>[0]; body?: Buffer | string };
const sha = (body: Buffer | string) => createHash('sha256').update(body).digest('hex');
const named = (path: string, body: string | Buffer, bytes = body.length) => ({ path, bytes, sha256: sha(body) });
const db = named('operations-center.db', 'no database');

/** An archive of anybody's making. */
async function forge(files: unknown[], parts: readonly Part[], change: Record<string, unknown> = {}): Promise<Buffer> {
  const archive = pack();
  const made_at = '2026-11-22T21:00:00.000Z';
  const manifest = { format: 'operations-center-backup', version: 1, made_at, files, ...change };
  archive.entry({ name: 'manifest.json' }, JSON.stringify(manifest));
  for (const { header, body } of parts) archive.entry(header, body ?? '');
  archive.finalize();
  return gzipSync(await readAll(archive));
}

async function readAll(archive: Pack): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of archive) chunks.push(chunk as Buffer); // tar writes bytes
  return Buffer.concat(chunks);
}
const dbPart: Part = { header: { name: 'operations-center.db' }, body: 'no database' };

test.each<[string, unknown[], Part[], Record<string, unknown>, RegExp]>([
  ['no SQLite database in it', [db], [dbPart], {}, /the database in it is damaged/],
  [
    'a path that leads out',
    [db, named('../evil', 'x')],
    [{ header: { name: '../evil' }, body: 'x' }],
    {},
    /no file of ours/,
  ],
  ['dots further down', [db, named('artifacts/../../evil', 'x')], [], {}, /no file of ours/],
  ['an absolute path', [db, named('/etc/passwd', 'x')], [], {}, /no file of ours/],
  ['a program', [db, named('unix.socket', 'x')], [], {}, /no file of ours/],
  ['a file that is not announced', [db], [dbPart, { header: { name: 'artifacts/x' }, body: 'x' }], {}, /not announced/],
  ['a file twice', [db], [dbPart, dbPart], {}, /comes twice/],
  ['a name announced twice', [db, db], [dbPart], {}, /twice/],
  ['a file that does not come', [db, named('artifacts/x', 'x')], [dbPart], {}, /artifacts\/x is announced and missing/],
  ['another size', [{ ...db, bytes: 5 }], [dbPart], {}, /has not the announced 5 bytes/],
  ['a huge key', [db, { ...named('client.key', ''), bytes: 1e9 }], [dbPart], {}, /client.key has 1000000000 bytes/],
  ['more than fits', [{ ...db, bytes: 2 ** 39 }], [dbPart], {}, /it needs \d+ bytes/],
  ['half of the keys', [db, named('client.crt', 'x')], [dbPart], {}, /of the keys it holds only client.crt/],
  [
    'a link',
    [db],
    [{ header: { name: 'operations-center.db', type: 'symlink', linkname: '/etc/passwd' } }],
    {},
    /is a symlink, not a file/,
  ],
  ['a newer format', [db], [dbPart], { version: 2 }, /it has format 2/],
  ['something else', [db], [dbPart], { format: 'x' }, /no backup of Operations Center/],
  ['fields that nobody knows', [db], [dbPart], { run: 'x' }, /its manifest is wrong/],
])('%s: refused, nothing written', async (_, files, parts, change, reason) => {
  const { target, done } = await restore(await forge(files, parts, change));
  await expect(done).rejects.toThrow(reason);
  expect(existsSync(target.path)).toBe(false);
  expect(existsSync(join(folder, 'evil'))).toBe(false);
});

test('what unpacks to more than it announces is cut off before it fills memory or disk', async () => {
  const padded = await restore(gzipSync(Buffer.concat([tar(), Buffer.alloc(64 * 1024 * 1024)])));
  await expect(padded.done).rejects.toThrow(/it unpacks to more than its manifest announces/);
  // A header of 64 MiB, which tar would keep in memory: a file whose type was changed afterwards.
  const plain = pack();
  plain.entry({ name: 'PaxHeader' }, Buffer.alloc(64 * 1024 * 1024, 0x20));
  plain.finalize();
  const bomb = await readAll(plain);
  bomb.write('x', 156);
  const sum = Number.parseInt(bomb.toString('latin1', 148, 154), 8) + 'x'.charCodeAt(0) - '0'.charCodeAt(0);
  bomb.write(sum.toString(8).padStart(6, '0'), 148);
  const { target, done } = await restore(gzipSync(bomb));
  await expect(done).rejects.toThrow(/Header exceeds max size/);
  expect(existsSync(target.path)).toBe(false);
});

test('keys that are not those of the database are refused', async () => {
  const other = stateIn('other');
  prepareStateDirectory(other);
  await makeIdentity(other);
  makeSealingKey(other.sealingKey);
  const mixed = { ...other, database: state.database };
  await backUpState({ state: mixed, file: join(folder, 'mixed.tar.gz'), withKeys: true, hasGivenKey: false, nowMs: 0 });
  const { target, done } = await restore(readFileSync(join(folder, 'mixed.tar.gz')));
  await expect(done).rejects.toThrow(/is not the key with which the secrets/);
  expect(existsSync(target.path)).toBe(false);
});
