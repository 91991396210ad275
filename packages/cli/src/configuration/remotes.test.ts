import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fingerprintOfPem, makeCertificate } from '@operations-center/tls';
import { expect, test } from 'vitest';
import { runWords } from '../testing/run-words.ts';
import { makeTestFolder } from '../testing/test-folder.ts';
import { findPlaces } from './places.ts';
import { loadRemotes, saveRemotes } from './remotes.ts';

const remote = { addr: 'https://oc.example.net:7443', auth_type: 'tls', server_cert: '-----BEGIN\nx\n' } as const;

/** A daemon behind TLS that knows the clients it is told to know. */
async function startTlsDaemon(knows: { client: boolean }) {
  const made = await makeCertificate({ commonName: 'oc', addresses: ['127.0.0.1'] });
  const asked: string[] = [];
  const server: Server = createServer(
    { cert: made.certificate, key: made.key, requestCert: true, rejectUnauthorized: false, minVersion: 'TLSv1.3' },
    (request, response) => {
      asked.push(request.url ?? '');
      const auth = knows.client ? 'tls' : '';
      const metadata = request.url === '/1.0' ? { auth, api_extensions: [] } : [];
      response.end(
        JSON.stringify({
          type: 'sync',
          status: 'Success',
          status_code: 200,
          operation: '',
          error_code: 0,
          error: '',
          metadata,
        }),
      );
    },
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`; // a TCP server has this kind of address
  return {
    url,
    asked,
    fingerprint: made.fingerprint,
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

test('what is written is read again, and only its owner can read it', async () => {
  const folder = makeTestFolder();
  saveRemotes(folder, { default_remote: 'fleet', remotes: { fleet: remote } });
  expect(await loadRemotes(folder)).toEqual({ default_remote: 'fleet', remotes: { fleet: remote } });
  expect(statSync(join(folder, 'config.yml')).mode & 0o777).toBe(0o600);
  expect(readFileSync(join(folder, 'config.yml'), 'utf8')).toBe(
    'default_remote: fleet\nremotes:\n    fleet:\n        addr: https://oc.example.net:7443\n        auth_type: tls\n        server_cert: |\n            -----BEGIN\n            x\n',
  );
});

test('no file means no remotes; a broken one is named', async () => {
  const folder = makeTestFolder();
  expect(await loadRemotes(folder)).toEqual({ default_remote: '', remotes: {} });
  writeFileSync(join(folder, 'config.yml'), 'remotes: [1');
  await expect(loadRemotes(folder)).rejects.toMatchObject({ parts: { what: `${folder}/config.yml cannot be read` } });
});

test('a remote is added with its fingerprint, asked through its pin, and removed', async () => {
  await using daemon = await startTlsDaemon({ client: true });
  const env = { OPERATIONS_CENTER_CONF: makeTestFolder() };
  const untrusting = await runWords(['remote', 'add', 'fleet', daemon.url], { env });
  expect(untrusting).toMatchObject({ code: 1, stdout: '' });
  expect(untrusting.stderr).toContain(daemon.fingerprint);
  expect(untrusting.stderr).toContain('(certificate_untrusted)');
  expect(await runWords(['remote', 'add', 'fleet', daemon.url, '--accept-certificate'], { env })).toMatchObject({
    code: 0,
    stdout: '',
  });
  expect((await runWords(['remote', 'list', '-f', 'csv'], { env })).stdout).toBe(
    `local (current),unix://,file access\nfleet,${daemon.url},tls\n`,
  );
  expect((await runWords(['remote', 'switch', 'fleet'], { env })).code).toBe(0);
  expect(await runWords(['warning', 'list', '-f', 'json'], { env })).toEqual({ code: 0, stdout: '[]\n', stderr: '' });
  expect(daemon.asked).toContain('/1.0/warnings');
  expect((await runWords(['remote', 'remove', 'fleet'], { env })).code).toBe(0);
  expect((await runWords(['remote', 'list', '-f', 'csv'], { env })).stdout).toBe(
    'local (current),unix://,file access\n',
  );
  expect(await loadRemotes(env.OPERATIONS_CENTER_CONF)).toEqual({ default_remote: '', remotes: {} });
});

test('a daemon that does not know us is not added, and the command for its host is told', async () => {
  await using daemon = await startTlsDaemon({ client: false });
  const env = { OPERATIONS_CENTER_CONF: makeTestFolder() };
  const ran = await runWords(['remote', 'add', 'fleet', daemon.url, '--accept-certificate'], { env });
  expect(ran).toMatchObject({ code: 1, stdout: '' });
  const own = fingerprintOfPem(readFileSync(join(env.OPERATIONS_CENTER_CONF, 'client.crt'), 'utf8'));
  expect(ran.stderr).toContain(`operations-center system trust add ${own}`);
  expect(await loadRemotes(env.OPERATIONS_CENTER_CONF)).toMatchObject({ remotes: {} });
});

test('another certificate than the accepted one: both fingerprints are told and nothing is sent', async () => {
  await using daemon = await startTlsDaemon({ client: true });
  const folder = makeTestFolder();
  const other = await makeCertificate({ commonName: 'other' });
  saveRemotes(folder, {
    default_remote: 'fleet',
    remotes: { fleet: { addr: daemon.url, auth_type: 'tls', server_cert: other.certificate } },
  });
  const ran = await runWords(['warning', 'list'], { env: { OPERATIONS_CENTER_CONF: folder } });
  expect(ran).toMatchObject({ code: 1, stdout: '' });
  expect(ran.stderr).toContain(`accepted  ${other.fingerprint}\n  shown     ${daemon.fingerprint}`);
  expect(ran.stderr).toContain('(certificate_mismatch)');
  expect(daemon.asked).toEqual([]);
});

test('half a client certificate is never completed by a new one', async () => {
  const folder = makeTestFolder();
  writeFileSync(join(folder, 'client.crt'), 'x');
  saveRemotes(folder, { default_remote: 'fleet', remotes: { fleet: remote } });
  const ran = await runWords(['warning', 'list'], { env: { OPERATIONS_CENTER_CONF: folder } });
  expect(ran.stderr).toContain('(client_certificate_incomplete)');
});

test('a client certificate that is none is told by its files, not by what OpenSSL says', async () => {
  const folder = makeTestFolder();
  for (const name of ['client.crt', 'client.key']) writeFileSync(join(folder, name), 'x');
  for (const words of [
    ['warning', 'list'],
    ['remote', 'add', 'other', remote.addr],
  ]) {
    saveRemotes(folder, { default_remote: 'fleet', remotes: { fleet: remote } });
    const ran = await runWords(words, { env: { OPERATIONS_CENTER_CONF: folder } });
    expect(ran.stderr).toMatch(/^Error: client\.crt and client\.key in .* are no certificate and its key\n/);
    expect(ran.stderr).toMatch(/Bring the pair back .*\(client_certificate_invalid\)\n$/);
  }
});

test('a folder that cannot be made is told at once, and what to do', async () => {
  const ran = await runWords(['remote', 'add', 'fleet', 'https://127.0.0.1:1'], {
    env: { OPERATIONS_CENTER_CONF: '/proc/operations-center/conf' },
  });
  expect(ran.stderr).toMatch(/^Error: the folder .* cannot be made\nIt cannot be made there\.\nName another folder/);
});

test.each([
  [['remote', 'add', 'local', 'https://x'], '"local" cannot name a remote'],
  [['remote', 'add', 'x', 'http://x'], '"http://x" is no address'],
  [['remote', 'add', 'x', 'oc.example.net:7443'], '"oc.example.net:7443" is no address'],
  [['remote', 'add', 'x', 'https://x:7443/1.0?a=b'], 'the address holds a path, a query; only host and port are used'],
  [['remote', 'add', 'x', 'https://me:secret@x'], 'the address holds a user; only host and port are used'],
  [['remote', 'switch', 'x'], 'there is no remote "x"'],
  [['remote', 'remove', 'x'], 'there is no remote "x"'],
])('%j is refused', async (words, what) => {
  const ran = await runWords(words, { env: { OPERATIONS_CENTER_CONF: makeTestFolder() } });
  expect(ran).toMatchObject({ code: 1, stdout: '' });
  expect(ran.stderr).toContain(what);
});

test('the folders follow the environment as in OC and in the daemon', () => {
  expect(findPlaces({ HOME: '/home/u' }).configuration).toBe('/home/u/.config/operations-center');
  expect(findPlaces({ HOME: '/home/u', XDG_CONFIG_HOME: '/c' }).configuration).toBe('/c/operations-center');
  expect(findPlaces({ HOME: '/home/u', OPERATIONS_CENTER_CONF: '${HOME}/oc' }).configuration).toBe('/home/u/oc');
  expect(findPlaces({ OPERATIONS_CENTER_DIR: '/d' }).sockets).toEqual(['/d/unix.socket']);
  expect(findPlaces({ OPERATIONS_CENTER_DIR: '/d', OPERATIONS_CENTER_SOCKET: '/s' }).sockets).toEqual(['/s']);
});
