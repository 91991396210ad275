import { createServer } from 'node:https';
import { DatabaseSync } from 'node:sqlite';
import { makeCertificate } from '../../packages/tls/src/index.ts';

/**
 * The floor: what the same answers cost a bare Node server with `node:sqlite` and group commit, nothing checked, nothing
 * logged. It says `ready` when it listens. `PUT /fill` takes the objects of the list.
 */
export async function runFloorServer(directory: string, host: string, port: number): Promise<void> {
  const own = await makeCertificate({ commonName: 'floor', dnsNames: ['floor'], addresses: [host], usage: 'server' });
  const client = await makeCertificate({ commonName: 'floor-client', usage: 'client' });
  const store = openStore(`${directory}/floor.db`);
  const root = JSON.stringify(sync({ api_version: '1.0', auth: 'tls', server_name: 'floor' }));
  const server = createServer(
    { cert: own.certificate, key: own.key, minVersion: 'TLSv1.3', requestCert: true, rejectUnauthorized: false },
    (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const answer = (text: string | Buffer) => response.setHeader('content-type', 'application/json').end(text);
        const path = request.url ?? '';
        const body = Buffer.concat(chunks).toString();
        const done = (metadata: unknown) => () => answer(JSON.stringify(sync(metadata)));
        if (path === '/1.0') return answer(root);
        if (path === '/fill') return answer(store.fill(body));
        if (path.startsWith('/1.0/provisioning/tokens')) return store.write('token', [body], done(null));
        if (path.endsWith('/:self')) return store.write('self', [Date.now(), 'server1'], done({}));
        if (request.method === 'POST') {
          // Whoever registers is known by the leaf that the connection showed.
          const leaf = 'getPeerX509Certificate' in request.socket ? shownBy(request.socket as never) : '';
          return store.write('server', [leaf, body], done({ certificate: client.certificate }));
        }
        if (path.includes('recursion')) return answer(store.list());
        return answer(store.one(path.split('/').at(-1) ?? ''));
      });
    },
  );
  server.listen(port, host, () => process.stdout.write('ready\n'));
  process.once('SIGTERM', () => process.exit(0));
}

const sync = (metadata: unknown) => ({
  type: 'sync',
  status: 'Success',
  status_code: 200,
  operation: '',
  error_code: 0,
  error: '',
  metadata,
});
const head = '{"type":"sync","status":"Success","status_code":200,"operation":"","error_code":0,"error":"","metadata":';

const shownBy = (socket: { getPeerX509Certificate(): { fingerprint256: string } | undefined }): string =>
  socket.getPeerX509Certificate()?.fingerprint256 ?? '';

type Waiting = { statement: 'token' | 'self' | 'server'; values: (string | number)[]; done: () => void };

function openStore(path: string) {
  const db = new DatabaseSync(path);
  db.exec(`PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;
    CREATE TABLE tokens (body TEXT); CREATE TABLE servers (name TEXT PRIMARY KEY, seen INTEGER, document TEXT);
    CREATE TABLE registrations (leaf TEXT, body TEXT)`);
  const statements = {
    token: db.prepare('INSERT INTO tokens VALUES (?)'),
    self: db.prepare('UPDATE servers SET seen = ? WHERE name = ?'),
    server: db.prepare('INSERT INTO registrations VALUES (?, ?)'),
  };
  const all = db.prepare('SELECT document FROM servers ORDER BY name');
  const one = db.prepare('SELECT document FROM servers WHERE name = ?');
  const insert = db.prepare('INSERT OR REPLACE INTO servers VALUES (?, 0, ?)');
  let waiting: Waiting[] = [];
  const commit = () => {
    const group = waiting;
    waiting = [];
    db.exec('BEGIN IMMEDIATE');
    for (const { statement, values } of group) statements[statement].run(...values);
    db.exec('COMMIT');
    for (const { done } of group) done();
  };
  return {
    write(statement: Waiting['statement'], values: Waiting['values'], done: () => void) {
      if (waiting.push({ statement, values, done }) === 1) setImmediate(commit);
    },
    fill(text: string): string {
      db.exec('BEGIN');
      // Written by the row that fills it.
      for (const object of JSON.parse(text) as { name: string }[]) insert.run(object.name, JSON.stringify(object));
      db.exec('COMMIT');
      return '{}';
    },
    list: () =>
      Buffer.from(
        `${head}[${all
          .all()
          .map((row) => String(row['document']))
          .join(',')}]}`,
      ),
    one: (name: string) => Buffer.from(`${head}${String(one.get(name)?.['document'] ?? 'null')}}`),
  };
}
