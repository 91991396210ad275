import type { OperationView } from '@operations-center/workflow';
import { expect, test } from 'vitest';
import { startWorld, type World } from '../clusters/testing/world.ts';
import { describeFailure, toOperation } from './operation.ts';

const path = '/1.0/operations';

test('operations are listed as Incus does it: by status, as URLs or objects, and narrowed', async () => {
  await using world = await startWorld(2);
  await world.create({});
  world.work.wish = 'fail';
  await world.create({ name: 'second', server_names: ['server2'] });
  const list = async (query: string) => (await world.ask('GET', `${path}${query}`)).body.metadata;
  const groups = await list('');
  expect(Object.keys(groups).sort()).toEqual(['failure', 'success']);
  expect(groups.success[0]).toMatch(/^\/1\.0\/operations\/[-0-9a-f]{36}$/);
  expect((await list('?recursion=1')).failure).toMatchObject([
    { description: 'Create cluster "second" from 1 server' },
  ]);
  expect(await list('?open=true')).toEqual({});
  expect(Object.keys(await list('?claim=cluster/second'))).toEqual(['failure']);
  expect(Object.keys(await list('?limit=1'))).toEqual(['failure']);
  expect(await list('?workflow=none')).toEqual({});
  for (const query of ['?open=maybe', '?limit=0', '?limit=x']) {
    expect(await world.ask('GET', `${path}${query}`)).toMatchObject({ status: 400, body: { code: 'query_invalid' } });
  }
});

test('a list goes on where the header Link says, and is narrowed by cluster, server, status and time', async () => {
  await using world = await startWorld(3);
  for (const at of [1, 2, 3]) await world.create({ name: `c${at}`, server_names: [`server${at}`] });
  const list = (query: string) => world.ask('GET', `${path}?recursion=1${query}`);
  const names = ({ body }: Awaited<ReturnType<typeof list>>) =>
    Object.values<{ description: string }[]>(body.metadata).flatMap((group) =>
      group.map(({ description }) => /"(.*)"/.exec(description)?.[1]),
    );
  const first = await list('&limit=2&status=finished');
  expect(names(first)).toEqual(['c3', 'c2']);
  const next = /^<([^>]+)>; rel="next"$/.exec(String(first.headers['link']))?.[1] ?? '';
  const second = await world.ask('GET', next);
  expect(names(second)).toEqual(['c1']);
  expect(second.headers['link']).toBeUndefined();
  expect(names(await list('&cluster=c2'))).toEqual(['c2']);
  expect(names(await list('&server=server3'))).toEqual(['c3']);
  expect(names(await list('&server=server3&cluster=c1'))).toEqual([]);
  expect(names(await list('&since=2999-01-01T00:00:00Z'))).toEqual([]);
  for (const query of ['&cursor=x', '&since=yesterday', '&status=done']) {
    expect(await list(query)).toMatchObject({ status: 400, body: { code: 'query_invalid' } });
  }
});

test('one operation shows its steps, what it holds, what it waits for, and the ways out', async () => {
  await using world = await startWorld(1);
  world.work.wish = 'wait';
  const { operation } = (await world.create({}, '?wait=false')).body;
  await world.work.started;
  expect((await world.ask('GET', operation)).body.metadata).toMatchObject({
    class: 'task',
    status: 'Running',
    status_code: 103,
    may_cancel: true,
    location: '',
    resources: {
      clusters: ['/1.0/provisioning/clusters/wonderful'],
      servers: ['/1.0/provisioning/servers/server1'],
    },
    metadata: {
      workflow: 'create-cluster',
      requested_by: 'unix',
      exits: ['cancel'],
      steps: [{ key: 'join-member/server1', name: 'join-member', target: 'server1', state: 'running', ended_at: null }],
      waits: [{ for: 'Let server1 join' }],
    },
  });
  world.work.go();
  expect((await world.ask('GET', `${operation}/wait`)).body.metadata).toMatchObject({ status: 'Success' });
});

test('the journal is read in pieces, with causes and without what steps gave to each other', async () => {
  await using world = await startWorld(1);
  world.work.wish = 'fail';
  await world.create({});
  const [url] = (await world.ask('GET', path)).body.metadata.failure;
  const journal = async (query: string) => (await world.ask('GET', `${url}/journal${query}`)).body.metadata;
  const all = await journal('');
  expect(all).toMatchObject([
    { seq: 1, step: 'join-member/server1', event: 'started', attempt: 1, text: '' },
    { seq: 2, event: 'failed', text: 'server1: no route (join_failed)' },
    { seq: 3, event: 'undo_started' },
    { seq: 4, event: 'undone' },
  ]);
  expect(Object.keys(all[0])).toEqual(['seq', 'at', 'step', 'event', 'attempt', 'text']);
  expect(await journal('?after=1&limit=1')).toEqual([all[1]]);
  expect(await journal('?after=4')).toEqual([]);
  expect(await world.ask('GET', `${path}/none/journal`)).toMatchObject({ status: 404 });
});

test('waiting ends when the time is up', async () => {
  await using world = await startWorld(1);
  world.work.wish = 'wait';
  const { operation } = (await world.create({}, '?wait=false')).body;
  expect((await world.ask('GET', `${operation}/wait?timeout=0`)).body.metadata.status_code).toBeLessThan(200);
  expect(await world.ask('GET', `${operation}/wait?timeout=soon`)).toMatchObject({ status: 400 });
});

test('ways out: each where it is one, refused with those that are where it is not', async () => {
  await using world = await startWorld(1);
  world.work.wish = 'ask';
  await world.create({});
  const [url] = (await world.ask('GET', path)).body.metadata.error;
  const take = (exit: string) => world.ask('POST', `${url}/:${exit}`);
  expect(await take('resume')).toMatchObject({
    status: 400,
    body: { code: 'operation_exit_not_possible', details: { exits: ['retry', 'undo', 'leave'] } },
  });
  expect(await take('retry')).toMatchObject({ status: 200, body: { metadata: { class: 'task' } } });
  expect((await world.ask('GET', `${url}/wait`)).body.metadata).toMatchObject({ status: 'Error', status_code: 112 });
  expect(await take('undo')).toMatchObject({ status: 200 });
  expect((await world.ask('GET', `${url}/wait`)).body.metadata).toMatchObject({ metadata: { status: 'undone' } });
  expect(await take('leave')).toMatchObject({ status: 400, body: { code: 'operation_exit_not_possible' } });
  expect(await take('cancel')).toMatchObject({ status: 400 });
});

test('an operation that is not there', async () => {
  await using world = await startWorld(0);
  for (const [method, url] of [
    ['GET', `${path}/none`],
    ['GET', `${path}/none/wait`],
    ['POST', `${path}/none/:cancel`],
  ] as const) {
    expect(await world.ask(method, url)).toMatchObject({ status: 404, body: { code: 'operation_not_found' } });
  }
});

/** Warnings as `TYPE ENTITY STATUS`, and their messages. */
const warningsOf = async (world: World) =>
  (await world.ask('GET', '/1.0/warnings')).body.metadata.map(
    // oxlint-disable-next-line typescript/no-explicit-any
    ({ type, scope, status, messages }: any) => [`${type}: ${scope.entity_type} ${scope.entity} ${status}`, messages],
  );

test('an operation that needs a person is a warning until somebody took a way out', async () => {
  await using world = await startWorld(1);
  world.work.wish = 'ask';
  await world.create({});
  const [url] = (await world.ask('GET', path)).body.metadata.error;
  const message = expect.stringMatching(/somebody else was here\. Ways out: .*undo.*\. Operation [-0-9a-f]{36}$/);
  const needs = ['Operation needs a person: cluster wonderful new', [message]];
  await expect.poll(() => warningsOf(world)).toEqual([needs]);
  expect(await world.ask('POST', `${url}/:undo`)).toMatchObject({ status: 200 });
  await expect.poll(() => warningsOf(world)).toEqual([]);
});

test('what a finished operation warned of is kept, follows the cluster to a new name, and goes with it', async () => {
  await using world = await startWorld(1);
  world.work.wish = 'warn';
  await world.create({});
  const kept = (name: string, status: string) => [
    `Operation finished with warnings: cluster ${name} ${status}`,
    ['join-member/server1: server1 is odd'],
  ];
  await expect.poll(() => warningsOf(world)).toEqual([kept('wonderful', 'new')]);
  const [{ uuid }] = (await world.ask('GET', '/1.0/warnings')).body.metadata;
  await world.ask('PUT', `/1.0/warnings/${uuid}`, { status: 'acknowledged' });
  await world.ask('POST', '/1.0/provisioning/clusters/wonderful', { name: 'marvellous' });
  expect(await warningsOf(world)).toEqual([kept('marvellous', 'acknowledged')]);
  await world.ask('DELETE', '/1.0/provisioning/clusters/marvellous?mode=force');
  expect(await warningsOf(world)).toEqual([]);
});

const view: OperationView = {
  id: 'i',
  workflow: 'create-cluster',
  version: 1,
  about: 'a',
  status: 'undone',
  claims: [],
  requested_by: null,
  created_at: 0,
  updated_at: 0,
  steps: [],
  waits: [],
  direction: 'forward',
  ways_out: [],
  failure: null,
  first_failure: null,
  warnings: [],
};
const failure = { step: 'join-member', code: 'x', hint: null, details: null };

test.each<[string, OperationView['failure'], string | undefined]>([
  ['nothing failed', null, undefined],
  ['a server', { ...failure, target: 's3', message: 'refused' }, 's3: join-member: refused'],
  [
    'a server that the cause names, too',
    { ...failure, target: 's3', message: 's3: refused' },
    's3: join-member: refused',
  ],
  ['no server', { ...failure, target: null, message: 's1: refused' }, 'join-member: s1: refused'],
])('a failure in one line: %s', (_, given, text) => {
  expect(describeFailure({ ...view, failure: given })).toBe(text);
});

test('what made it turn back comes first in the line, then what keeps it from getting back', () => {
  const first_failure = { ...failure, target: 's3', message: 'refused' };
  const told = { ...view, first_failure, failure: { ...failure, step: 'restore', target: 's1', message: 'no answer' } };
  expect(describeFailure(told)).toBe('s3: join-member: refused; taking it back: s1: restore: no answer');
});

test("what a person cancelled is no failure to Incus' clients", () => {
  expect(toOperation(view)).toMatchObject({ status: 'Cancelled', status_code: 401 });
  expect(toOperation({ ...view, failure: { ...failure, target: null, message: 'm' } })).toMatchObject({
    status: 'Failure',
    status_code: 400,
  });
});
