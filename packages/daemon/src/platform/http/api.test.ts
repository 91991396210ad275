import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Fault, type RouteSpec, routes } from '@operations-center/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeLog } from '../log.ts';
import { type Caller, created, empty, type Handler, handle, ok } from './answer.ts';
import { makeApi, requireEveryRoute } from './api.ts';
import { type Listener, listenOnSocket } from './listeners.ts';

const folder = mkdtempSync(join(tmpdir(), 'api-'));
const path = join(folder, 'unix.socket');
const logged: string[] = [];
let caller: Caller;
let listener: Listener;

const trusted: Caller = {
  protocol: 'unix',
  user: '',
  trusted: true,
  fingerprint: undefined,
  certificate: () => undefined,
};
const stranger: Caller = { ...trusted, protocol: '', trusted: false };

beforeAll(async () => {
  const api = await makeApi({
    handlers: [
      handle('api_show', async () => ok({ api_version: '1.0' })),
      handle('tokens_list', async ({ query }) => ok(query.recursion ? [{}] : [])),
      handle('tokens_create', async ({ body }) => created(`/1.0/provisioning/tokens/${body.channel}`)),
      handle('token_show', async () => {
        throw new Fault('token_not_found', 'Not found');
      }),
      handle('token_update', async () => {
        throw new Error('/secret/path: a defect');
      }),
      handle('token_delete', async () => empty),
      handle('server_self_register', async () => empty),
      handle('webhooks_create', async ({ body }) => created(`/1.0/system/webhooks/${body.name}`)),
      handle('clusters_run', async () => empty),
      handle('operation_wait', ({ signal }) => untilGone(signal)),
    ],
    callerOf: () => caller,
    log: makeLog('DEBUG', { write: (line: string) => void logged.push(line) }),
  });
  listener = await listenOnSocket(path, api);
});
afterAll(async () => {
  await listener.close(100);
  rmSync(folder, { recursive: true });
});

/** An answer that never comes; `waiting` says that somebody waits for it. */
const waiting = Promise.withResolvers<void>();
function untilGone(signal: AbortSignal): Promise<never> {
  waiting.resolve();
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
}

type Reply = { status: number; headers: Record<string, string | string[] | undefined>; text: string };

function send(
  method: string,
  url: string,
  body?: string | Buffer,
  headers: Record<string, string> = {},
  as = trusted,
): Promise<Reply> {
  caller = as;
  return new Promise((resolve, reject) => {
    const sent = request({ socketPath: path, method, path: url, headers }, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => {
        text += chunk.toString('utf8');
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

const tokens = '/1.0/provisioning/tokens';
const codeOf = (reply: Reply): string => (JSON.parse(reply.text) as { code: string }).code;

test('a success has the seven keys in order and no charset', async () => {
  const reply = await send('GET', '/1.0');
  expect(reply.headers['content-type']).toBe('application/json');
  expect(reply.text).toBe(
    '{"type":"sync","status":"Success","status_code":200,"operation":"","error_code":0,"error":"","metadata":{"api_version":"1.0"}}\n',
  );
});

test('a creation is 201 with Location, its body still says 200 and null', async () => {
  const reply = await send('POST', tokens, '{"CHANNEL":"x","unknown":1,"description":null}');
  expect([reply.status, reply.headers['location']]).toEqual([201, `${tokens}/x`]);
  expect(JSON.parse(reply.text)).toMatchObject({ status_code: 200, metadata: null });
});

test.each([
  ['empty', ''],
  ['null', 'null'],
  ['no JSON', '{"channel":'],
  ['trailing garbage', '{"channel":"x"} {"channel":"y"}'],
  ['a wrong type', '{"uses_remaining":"many"}'],
  ['a list', '[]'],
  ['deep nesting', `{"channel":${'['.repeat(100_000)}${']'.repeat(100_000)}}`],
])('a body that is %s is refused as body_invalid', async (_, body) => {
  const reply = await send('POST', tokens, body);
  expect([reply.status, codeOf(reply)]).toEqual([400, 'body_invalid']);
});

test.each(['{"channel":"x","password":hunter2}', 'hunter2', `{"a":"${'long '.repeat(50)}","password":"hunter2" "b"}`])(
  'a body that is no JSON is quoted neither in the answer nor in the log: %s',
  async (body) => {
    const reply = await send('POST', tokens, body);
    expect([reply.status, codeOf(reply)]).toEqual([400, 'body_invalid']);
    expect(reply.text).toMatch(/"error":"Bad Request: \w+/);
    expect(reply.text + logged.join('')).not.toMatch(/hun|ter2/);
  },
);

test('a route of ours refuses fields that nobody knows, all at once, with what was meant; null and case do not matter', async () => {
  const refused = await send('POST', '/1.0/system/webhooks', '{"nmae":"a","url":"https://a","wholly_else":{}}');
  expect(refused.status).toBe(400);
  expect(JSON.parse(refused.text)).toMatchObject({
    code: 'field_unknown',
    error: 'Bad Request: unknown field "nmae" (did you mean "name"?); unknown field "wholly_else"',
    details: {
      problems: [
        { path: 'nmae', did_you_mean: 'name' },
        { path: 'wholly_else', did_you_mean: null },
      ],
      fields: ['name', 'url', 'secret', 'events', 'certificate'],
    },
  });
  const sent = '{"NAME":"a","url":"https://a","secret":null}';
  expect((await send('POST', '/1.0/system/webhooks', sent)).headers['location']).toBe('/1.0/system/webhooks/a');
  const many = JSON.stringify(
    Object.fromEntries(Array.from({ length: 1_000 }, (_, at) => [`${at}${'x'.repeat(99)}`, 1])),
  );
  const run = await send('POST', '/1.0/provisioning/clusters/:run', many);
  expect([run.status, codeOf(run)]).toEqual([400, 'field_unknown']);
  expect(run.text.length).toBeLessThan(10_000);
});

test('a body above the limit is refused early', async () => {
  const reply = await send('POST', tokens, Buffer.alloc(1024 * 1024 + 1, 0x20));
  expect([reply.status, codeOf(reply)]).toEqual([413, 'body_too_large']);
});

test.each([
  ['/1.0?', 200],
  [`${tokens}?recursion=01`, 200],
  [`${tokens}/`, 404],
  ['/nope', 404],
  [`${tokens}/x/y/z`, 404],
  [`/1.0//provisioning/../x`, 307],
])('GET %s → %d', async (url, status) => {
  expect((await send('GET', url)).status).toBe(status);
});

test('404 and 405 of the router are plain text, the latter with Allow', async () => {
  expect(await send('GET', '/nope')).toMatchObject({
    text: '404 page not found\n',
    headers: { 'content-type': 'text/plain; charset=utf-8' },
  });
  expect(await send('PATCH', tokens)).toMatchObject({
    status: 405,
    text: 'Method Not Allowed\n',
    headers: { allow: 'GET, HEAD, POST' },
  });
});

test('who is not known gets 401, and where the socket is asked for, 403', async () => {
  const unknown = await send('GET', tokens, undefined, {}, stranger);
  expect([unknown.status, JSON.parse(unknown.text)]).toMatchObject([
    401,
    { error: 'unauthorized', error_code: 401, code: 'not_authenticated' },
  ]);
  const remote = await send(
    'POST',
    '/1.0/provisioning/servers/:self_register',
    '{}',
    {},
    { ...trusted, protocol: 'tls' },
  );
  expect([remote.status, codeOf(remote)]).toEqual([403, 'not_authorized']);
});

test.each([
  [{ 'sec-fetch-site': 'cross-site' }, 403],
  [{ origin: 'https://evil.example', host: 'oc.example:7443' }, 403],
  [{ origin: 'https://oc.example:7443', host: 'oc.example:7443' }, 200],
  [{}, 200],
])('a change asked for with %o → %d', async (headers, status) => {
  expect((await send('DELETE', `${tokens}/x`, undefined, headers as Record<string, string>)).status).toBe(status);
});

test('who goes away before the answer is a line at INFO, and no defect', async () => {
  caller = trusted;
  const before = logged.length;
  const sent = request({ socketPath: path, method: 'GET', path: '/1.0/operations/one/wait' });
  sent.on('error', () => undefined);
  sent.end();
  await waiting.promise;
  sent.destroy();
  const lines = () => logged.slice(before).map((line) => JSON.parse(line) as unknown);
  const told = { level: 'info', msg: 'the client went away before its answer' };
  await expect.poll(lines).toContainEqual(expect.objectContaining(told));
  expect(lines()).not.toContainEqual(expect.objectContaining({ level: 'error' }));
});

test('a defect is a 500 that tells nothing but a request id; the log has the rest', async () => {
  const reply = await send('PUT', `${tokens}/x`, '{}');
  const body = JSON.parse(reply.text) as { request_id: string };
  expect(reply.status).toBe(500);
  expect(reply.text).not.toContain('secret');
  expect(logged.join('')).toContain(body.request_id);
  expect(logged.join('')).toContain('/secret/path');
});

test('a fault has its code, hint and the text that clients know', async () => {
  expect(JSON.parse((await send('GET', `${tokens}/x`)).text)).toMatchObject({
    type: 'error',
    error: 'Not found',
    error_code: 404,
    metadata: null,
    code: 'token_not_found',
  });
});

test('a route of the contract that nobody answers is named', () => {
  // The names are those of the table, which the type of its entries forgets.
  const all = Object.values<RouteSpec>(routes).map(({ name }) => ({ name, answer: async () => empty }) as Handler);
  expect(() => requireEveryRoute(all)).not.toThrow();
  expect(() => requireEveryRoute(all.filter(({ name }) => name !== 'token_show'))).toThrow(
    'routes of the contract without a handler: token_show',
  );
});

test('a name in the path may be long; escapes that cannot be read are a mistake of the caller', async () => {
  const long = await send('GET', `/1.0/provisioning/tokens/${'%C3%A4'.repeat(255)}`);
  expect(long.status).toBe(404);
  expect(JSON.parse(long.text)).toMatchObject({ type: 'error', code: 'token_not_found' });
  const unreadable = await send('GET', '/1.0/provisioning/tokens/%zz');
  expect(unreadable.status).toBe(400);
  expect(JSON.parse(unreadable.text)).toMatchObject({ type: 'error', error_code: 400, code: 'name_invalid' });
});
