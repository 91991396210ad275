import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createGunzip, gzipSync } from 'node:zlib';
import { fingerprintOfPem } from '@operations-center/tls';
import { extract, pack } from 'tar-stream';
import type { Database } from './database.ts';
import { faultOf } from './faults.ts';
import type { Machine } from './machine.ts';
import type { ServerCertificate } from './member.ts';

export type Backup = { own: ServerCertificate; data: Database; memberId: number };

const LARGEST = 64 * 1024 * 1024;

/** What IncusOS' `:backup` of the application gives: a gzip tar of /var/lib/incus, the databases in it real SQLite files. */
export async function makeBackup(machine: Machine): Promise<Buffer> {
  const { data } = machine.store;
  const state = JSON.stringify({ data, member_id: machine.row.id });
  const files: [string, string | Buffer][] = [
    ['server.crt', machine.own.certificate],
    ['server.key', machine.own.key],
    ...(data.cluster === null
      ? []
      : ([
          ['cluster.crt', data.cluster.certificate],
          ['cluster.key', data.cluster.key],
        ] as [string, string][])),
    ['database/local.db', tornIf(machine, await sqliteFile('config', JSON.stringify(machine.row.local_config)))],
    ['database/global/db.bin', await sqliteFile('state', state)],
    ['database/global/metadata1', Buffer.alloc(32, 1)],
    // A raft snapshot hardly compresses: it makes up most of an empty server's 42 kB.
    [
      'database/global/open-1',
      Buffer.from(Uint8Array.from({ length: snapshotBytes(machine) }, () => Math.floor(machine.world.random() * 256))),
    ],
  ];
  const tar = pack();
  for (const folder of ['database/', 'database/global/']) tar.entry({ name: folder, type: 'directory', mode: 0o700 });
  for (const [name, content] of files)
    tar.entry({ name, mode: 0o600, mtime: new Date(machine.world.clock.nowMs()) }, content);
  tar.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of tar) chunks.push(Buffer.from(chunk as Uint8Array)); // tar-stream's chunks are typed loosely
  return gzipSync(Buffer.concat(chunks));
}

/** Seen of backups taken during writes: some pages are of another moment than the others. */
const tornIf = (machine: Machine, database: Buffer): Buffer =>
  faultOf(machine, 'backup-torn') === undefined ? database : Buffer.from(database).fill(0xff, 4_096, 6_000);

function snapshotBytes(machine: Machine): number {
  const large = faultOf(machine, 'backup-large');
  return 36_000 + (large === undefined ? 0 : Number(large.arg ?? 1_100_000));
}

/** Throws an Error saying what is wrong with an archive. */
export async function readBackup(archive: Buffer): Promise<Backup> {
  const files = await unpack(archive);
  const need = (name: string): Buffer => {
    const file = files.get(name);
    if (file === undefined) throw new Error(`not a backup of Incus: ${name} is missing`);
    return file;
  };
  const certificate = need('server.crt').toString();
  const state: unknown = JSON.parse(await sqliteText('state', need('database/global/db.bin')));
  const { data, member_id } = state as { data: Database; member_id: number }; // written by makeBackup alone
  const own = { certificate, key: need('server.key').toString(), fingerprint: fingerprintOfPem(certificate) };
  return { own, data, memberId: member_id };
}

async function unpack(archive: Buffer): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>();
  const gunzip = createGunzip();
  const entries = extract();
  gunzip.on('error', (error) => entries.destroy(error));
  gunzip.pipe(entries);
  gunzip.end(archive);
  let total = 0;
  for await (const entry of entries) {
    const chunks: Buffer[] = [];
    for await (const chunk of entry) {
      const part = Buffer.from(chunk as Uint8Array); // tar-stream's chunks are typed loosely
      total += part.length;
      if (total > LARGEST) throw new Error('the archive is larger than 64 MiB unpacked');
      chunks.push(part);
    }
    files.set(entry.header.name.replace(/^\.\//, ''), Buffer.concat(chunks));
  }
  return files;
}

/** A small real SQLite database, so that who checks a backup finds what it looks for. */
async function sqliteFile(table: string, text: string): Promise<Buffer> {
  return inFolder(async (path) => {
    const database = new DatabaseSync(path);
    database.exec(`CREATE TABLE ${table} (id INTEGER PRIMARY KEY, value TEXT NOT NULL)`);
    database.prepare(`INSERT INTO ${table} (value) VALUES (?)`).run(text);
    database.close();
    return readFile(path);
  });
}

async function sqliteText(table: string, file: Buffer): Promise<string> {
  return inFolder(async (path) => {
    await writeFile(path, file);
    const database = new DatabaseSync(path, { readOnly: true });
    try {
      const row = database.prepare(`SELECT value FROM ${table}`).get();
      return String(row?.value ?? '');
    } finally {
      database.close();
    }
  });
}

async function inFolder<T>(work: (path: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'simulated-incus-'));
  try {
    return await work(join(folder, 'incus.db'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
