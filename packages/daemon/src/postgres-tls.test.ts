import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { openPostgres, openPostgresNews } from '@operations-center/database';
import { describeOnDatabases, makeTestDirectory, startTlsPostgres } from '@operations-center/database/testing';
import { makeCertificate } from '@operations-center/tls';
import { expect, test } from 'vitest';

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });

describeOnDatabases<unknown>('TLS to the database', { migrations: [] }, ({ dialect }) => {
  if (dialect === 'sqlite') {
    test('is nothing that a file needs', () => expect(dialect).toBe('sqlite'));
    return;
  }

  test('sslmode=verify-full with sslrootcert is spoken, and refused where name or root does not fit', async () => {
    const pair = await makeCertificate({ commonName: 'database', dnsNames: ['localhost'], usage: 'server' });
    const other = await makeCertificate({ commonName: 'database', dnsNames: ['localhost'], usage: 'server' });
    const place = makeTestDirectory();
    const root = (name: string, pem: string): string => {
      writeFileSync(join(place.path, name), pem);
      return `sslmode=verify-full&sslrootcert=${encodeURIComponent(join(place.path, name))}`;
    };
    const right = root('right.crt', pair.certificate);
    const server = await startTlsPostgres(pair, await freePort());
    const open = (host: string, query: string) => openPostgres({ url: `${server.url(host)}?${query}`, migrations: [] });
    try {
      const database = await open('localhost', right);
      expect(await database.rows('select ssl from pg_stat_ssl where pid = pg_backend_pid()')).toEqual([{ ssl: true }]);
      await database.close();
      const log = { info: () => {}, warn: () => {} };
      const news = await openPostgresNews({ url: `${server.url('localhost')}?${right}`, log });
      await news.close();
      await expect(open('127.0.0.1', right)).rejects.toThrow(/IP: 127\.0\.0\.1 is not in the cert/);
      await expect(open('localhost', root('wrong.crt', other.certificate))).rejects.toThrow(/self-signed certificate/);
      // Without its root it is believed by nobody, whatever the mode but no-verify and disable.
      await expect(open('localhost', 'sslmode=require')).rejects.toThrow(/self-signed certificate/);
    } finally {
      server.end();
      place.end();
    }
  }, 60_000);
});
