import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request as ask, createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makePages } from './pages.ts';

const folder = mkdtempSync(join(tmpdir(), 'pages-'));
let server: Server;

beforeAll(async () => {
  mkdirSync(join(folder, 'ui', 'assets'), { recursive: true });
  writeFileSync(join(folder, 'secret.txt'), 'secret');
  writeFileSync(join(folder, 'ui', 'index.html'), '<!doctype html><meta content="__STYLE_NONCE__">');
  writeFileSync(join(folder, 'ui', 'assets', 'index-1a2b.js'), 'let a;');
  const signIn = () => Promise.reject(new Error('the database is gone'));
  server = createServer(makePages({ folder: join(folder, 'ui'), signIn, log: { error: () => undefined } }));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true });
});

type Reply = { status: number; headers: Record<string, unknown>; text: string };
/** As it is: `fetch` would clean the path. */
const get = (path: string, method = 'GET'): Promise<Reply> =>
  new Promise((resolve, reject) => {
    const { port } = server.address() as AddressInfo; // a TCP server
    ask({ port, host: '127.0.0.1', path, method }, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
    })
      .on('error', reject)
      .end();
  });

test('each path is the page, so that a link into it can be opened; its parts are kept by browsers', async () => {
  for (const path of ['/ui/', '/ui/clusters/wonderful?tab=members', '/ui/operations/3f9c']) {
    const page = await get(path);
    expect([page.status, page.headers['cache-control']]).toEqual([200, 'no-store']);
    expect(page.text).toMatch(/^<!doctype html><meta content="[\w-]{22}">$/);
  }
  const script = await get('/ui/assets/index-1a2b.js');
  expect([script.text, script.headers['content-type']]).toEqual(['let a;', 'text/javascript; charset=utf-8']);
  expect(script.headers['cache-control']).toContain('immutable');
  expect((await get('/ui')).headers['location']).toBe('/ui/');
  expect((await get('/ui/', 'HEAD')).text).toBe('');
});

test('nothing but the build is sent, and nobody may do more than look', async () => {
  for (const path of [
    '/ui/assets/../../secret.txt',
    '/ui/assets/..%2f..%2fsecret.txt',
    '/ui/assets/gone.js',
    '/ui/assets/..',
  ])
    expect((await get(path)).text).not.toContain('secret');
  expect((await get('/ui/assets/gone.js')).status).toBe(404);
  expect((await get('/ui/', 'POST')).status).toBe(405);
  expect((await get('/ui/sign-in?key=x')).status).toBe(503);
});

test('a page may run its own scripts only, talk to its own daemon only, and stand in no frame', async () => {
  const policy = String((await get('/ui/')).headers['content-security-policy']);
  expect(policy).toContain("default-src 'none'; script-src 'self';");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toMatch(/script-src[^;]*unsafe/);
});

test('styles of the page carry the number of its own answer', async () => {
  const [one, other] = [await get('/ui/'), await get('/ui/')];
  const [, nonce] = /content="([^"]+)"/.exec(one.text) ?? [];
  expect(one.headers['content-security-policy']).toContain(`style-src 'self' 'nonce-${nonce}'`);
  expect(other.headers['content-security-policy']).not.toContain(nonce);
  expect((await get('/ui/assets/index-1a2b.js')).headers['content-security-policy']).not.toContain('nonce');
});
