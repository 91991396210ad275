import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { gzipSync } from 'node:zlib';
import { type MadeCertificate, makeCertificate } from '@operations-center/tls';
import { pack } from 'tar-stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { proveBackup } from './backup-proof.ts';

let own: MadeCertificate;
let folder: string;
let database: Buffer;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'proof-'));
  own = await makeCertificate({ commonName: 'root@server1' });
  const made = new DatabaseSync(join(folder, 'made.db'));
  made.exec('create table config (id integer primary key, value text)');
  for (let row = 0; row < 500; row += 1) made.exec(`insert into config (value) values ('${'x'.repeat(100)}')`);
  made.close();
  database = readFileSync(join(folder, 'made.db'));
  rmSync(join(folder, 'made.db'));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function archiveOf(files: Record<string, string | Buffer>): Promise<Buffer> {
  const tar = pack();
  for (const [name, content] of Object.entries(files)) tar.entry({ name }, content);
  tar.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of tar) chunks.push(Buffer.from(chunk as Uint8Array)); // tar-stream's chunks are typed loosely
  return gzipSync(Buffer.concat(chunks));
}

const whole = () => archiveOf({ './server.crt': own.certificate, './database/local.db': database });

test('a backup that is whole is relied on, and leaves no file behind', async () => {
  expect(await proveBackup(await whole(), own.fingerprint, folder)).toEqual({ ok: true, files: 2 });
  expect(readdirSync(folder)).toEqual([]);
});

test.each<[string, () => Promise<Buffer>, string]>([
  ['cut off', async () => (await whole()).subarray(0, -40), 'cannot be read to its end'],
  ['no archive', async () => Buffer.from('<html>'), 'cannot be read to its end'],
  ['without a certificate', () => archiveOf({ 'database/local.db': database }), 'no server.crt'],
  [
    'with a torn database',
    () =>
      archiveOf({ 'server.crt': own.certificate, 'database/local.db': Buffer.from(database).fill(7, 4_096, 9_000) }),
    'torn',
  ],
  [
    'that unpacks to too much',
    () => archiveOf({ 'server.crt': own.certificate, zeros: Buffer.alloc(40 * 1024 * 1024) }),
    'unpacks to more',
  ],
])('one %s is not', async (_, make, reason) => {
  expect(await proveBackup(await make(), own.fingerprint, folder)).toMatchObject({
    ok: false,
    reason: expect.stringContaining(reason),
  });
  expect(readdirSync(folder)).toEqual([]);
});

test('one of another server is not', async () => {
  expect(await proveBackup(await whole(), 'f'.repeat(64), folder)).toMatchObject({
    reason: 'its server.crt is of another server',
  });
});

test('of one that there is no place to check, nothing is said', async () => {
  const nowhere = join(folder, 'nowhere');
  expect(await proveBackup(await whole(), own.fingerprint, nowhere)).toEqual({
    ok: false,
    unchecked: true,
    reason: `there is no folder ${nowhere} (ENOENT)`,
  });
});
