import { asyncReply, errorReply, syncReply } from '@operations-center/fleet-protocol';
import { afterAll, expect, test } from 'vitest';
import { makeFleetConnections } from './connection.ts';
import { type FleetFailure, isRefusedWith } from './fleet-failure.ts';
import { makeIncus } from './incus.ts';
import { makeIncusObjects } from './incus-objects.ts';
import { answerJson, startTestServer, testCertificate } from './test-server.ts';

const [own, cluster] = await Promise.all(['own', 'cluster'].map(testCertificate));
if (own === undefined || cluster === undefined) throw new Error('no certificates');
const connections = makeFleetConnections({ clientCertificate: own.certificate, clientKey: own.key, idleMs: 50 });
const incus = makeIncus(connections);
const objects = makeIncusObjects(connections);
const options = { signal: new AbortController().signal };
afterAll(() => connections.close());

const failed = (asked: Promise<unknown>): Promise<FleetFailure> =>
  asked.then(
    () => Promise.reject(new Error('it did not fail')),
    // What a call rejects with is checked by what is expected of it.
    (error: unknown) => error as FleetFailure,
  );
const operation = (status: string, code: number, metadata: object = {}) => ({
  id: 'op1',
  class: 'task',
  description: 'Joining cluster',
  status,
  status_code: code,
  metadata,
  resources: { cluster: null },
  err: code === 400 ? 'not authorized' : '',
});

test('the server config is read with its etag and replaced with it, on a member', async () => {
  await using server = await startTestServer(own, (seen, response) =>
    answerJson(
      response,
      200,
      seen.method === 'GET'
        ? syncReply({ auth: 'trusted', config: { 'user.x': '1' }, api_extensions: [] })
        : syncReply(),
      { etag: '"e1"' },
    ),
  );
  const { value, etag } = await incus.getServer(server.endpoint, { ...options, target: 'server2' });
  await incus.putServerConfig(
    server.endpoint,
    { ...value.config, 'user.y': '2' },
    { ...options, target: 'server2', etag },
  );
  expect(server.seen).toMatchObject([
    { method: 'GET', url: '/1.0?target=server2' },
    {
      method: 'PUT',
      url: '/1.0?target=server2',
      body: '{"config":{"user.x":"1","user.y":"2"}}',
      headers: { 'if-match': '"e1"' },
    },
  ]);
});

test('bootstrap and join are sent in the words of Incus and answer the id of the operation', async () => {
  await using server = await startTestServer(own, (_, response) =>
    answerJson(response, 202, asyncReply('/1.0/operations/op1', operation('Running', 103))),
  );
  expect(await incus.bootstrap(server.endpoint, 'server1', options)).toBe('op1');
  const join = {
    server_name: 'server2',
    cluster_address: '10.0.0.1:8443',
    cluster_certificate: 'PEM',
    server_address: '10.0.0.2:8443',
    cluster_token: 'T',
  };
  expect(await incus.join(server.endpoint, join, options)).toBe('op1');
  expect(server.seen.map(({ method, url, body }) => [method, url, JSON.parse(body)])).toEqual([
    [
      'PUT',
      '/1.0/cluster',
      {
        server_name: 'server1',
        enabled: true,
        member_config: null,
        cluster_address: '',
        cluster_certificate: '',
        server_address: '',
        cluster_token: '',
      },
    ],
    ['PUT', '/1.0/cluster', { ...join, enabled: true, member_config: null }],
  ]);
});

test('a bootstrap that is answered at once, without an operation, is a bad reply', async () => {
  await using server = await startTestServer(own, (_, response) => answerJson(response, 200, syncReply()));
  expect(await failed(incus.bootstrap(server.endpoint, 'server1', options))).toMatchObject({ code: 'bad_reply' });
});

test('a join token is made of what the operation carries', async () => {
  const metadata = {
    serverName: 'server2',
    secret: 's3',
    fingerprint: 'ff',
    addresses: ['10.0.0.1:8443'],
    expiresAt: '2026-11-22T20:00:00Z',
  };
  await using server = await startTestServer(own, (_, response) =>
    answerJson(
      response,
      202,
      asyncReply('/1.0/operations/op1', { ...operation('Running', 103, metadata), class: 'token' }),
    ),
  );
  const made = await incus.createJoinToken(server.endpoint, 'server2', options);
  expect(made).toMatchObject({ metadata, operation: 'op1' });
  expect(JSON.parse(Buffer.from(made.token, 'base64').toString())).toMatchObject({
    server_name: 'server2',
    secret: 's3',
    expires_at: '2026-11-22T20:00:00Z',
  });
  expect(server.seen).toMatchObject([
    { method: 'POST', url: '/1.0/cluster/members', body: '{"server_name":"server2"}' },
  ]);
});

test('a wait goes on in slices until the operation is over', async () => {
  const statuses = [
    operation('Running', 103),
    operation('Running', 103),
    operation('Success', 200, { certificate: 'PEM' }),
  ];
  await using server = await startTestServer(own, (_, response) =>
    answerJson(response, 200, syncReply(statuses.shift())),
  );
  const seen: string[] = [];
  const result = await incus.waitOperation(server.endpoint, 'op1', {
    ...options,
    deadlineMs: 5_000,
    sliceMs: 1_000,
    observed: (text) => seen.push(text),
  });
  expect(result).toMatchObject({ outcome: 'success', operation: { metadata: { certificate: 'PEM' } } });
  expect(seen).toEqual(['Joining cluster: Running', 'Joining cluster: Running']);
  expect(server.seen[0]?.url).toBe('/1.0/operations/op1/wait?timeout=1');
});

test.each([
  [400, 'failure'],
  [401, 'cancelled'],
] as const)('an operation that ended with %i is a %s, told and not thrown', async (code, outcome) => {
  await using server = await startTestServer(own, (_, response) =>
    answerJson(response, 200, syncReply(operation('Over', code))),
  );
  const result = await incus.waitOperation(server.endpoint, 'op1', { ...options, deadlineMs: 5_000 });
  expect(result).toMatchObject({
    outcome,
    operation: { status_code: code, err: code === 400 ? 'not authorized' : '' },
  });
});

test('an operation the server has forgotten is gone', async () => {
  await using server = await startTestServer(own, (_, response) =>
    answerJson(response, 404, errorReply(404, 'Operation not found')),
  );
  expect(await incus.waitOperation(server.endpoint, 'op1', { ...options, deadlineMs: 5_000 })).toEqual({
    outcome: 'gone',
  });
});

test('a connection that breaks while the certificate changes does not end the wait', async () => {
  let asked = 0;
  await using server = await startTestServer(own, (_, response) => {
    asked += 1;
    if (asked === 1) {
      server.show(cluster);
      server.cutAll();
    } else if (asked === 2) answerJson(response, 503, errorReply(503, 'Daemon is starting up'));
    else answerJson(response, 200, syncReply(operation('Success', 200)));
  });
  const seen: string[] = [];
  const endpoint = { ...server.endpoint, pins: [own.fingerprint, cluster.fingerprint] };
  const result = await incus.waitOperation(endpoint, 'op1', {
    ...options,
    deadlineMs: 10_000,
    observed: (text) => seen.push(text),
  });
  expect(result.outcome).toBe('success');
  expect(seen).toEqual(['server1: connection closed before the answer was complete', 'server1: Daemon is starting up']);
});

test('a certificate that is not expected ends the wait', async () => {
  await using server = await startTestServer(own, () => {
    server.show(cluster);
    server.cutAll();
  });
  const failure = await failed(incus.waitOperation(server.endpoint, 'op1', { ...options, deadlineMs: 10_000 }));
  expect(failure).toMatchObject({ code: 'certificate_changed', shownFingerprint: cluster.fingerprint });
});

test('a wait ends at its deadline, and when somebody gives up', async () => {
  await using server = await startTestServer(own, (_, response) => response.destroy());
  const waited = await failed(incus.waitOperation(server.endpoint, 'op1', { ...options, deadlineMs: 120 }));
  expect(waited).toMatchObject({
    code: 'server_timeout',
    kind: 'transient',
    reason: 'the operation is not over after 120 ms',
  });
  const cancel = new AbortController();
  const reason = new Error('cancelled');
  const asked = incus.waitOperation(server.endpoint, 'op1', {
    signal: cancel.signal,
    deadlineMs: 60_000,
    observed: () => cancel.abort(reason),
  });
  await expect(asked).rejects.toBe(reason);
});

test('running operations are those that are not over, in all projects', async () => {
  await using server = await startTestServer(own, (_, response) =>
    answerJson(
      response,
      200,
      syncReply({ running: [operation('Running', 103)], success: [operation('Success', 200)], failure: null }),
    ),
  );
  expect(await incus.listRunningOperations(server.endpoint, options)).toMatchObject([{ status_code: 103 }]);
  expect(server.seen[0]?.url).toBe('/1.0/operations?recursion=1&all-projects=true');
});

const liveNetwork = {
  name: 'n',
  type: 'bridge',
  managed: true,
  config: {},
  description: '',
  status: 'Created',
  locations: ['server1'],
};

test('objects are asked for by kind, name, project, pool and member', async () => {
  await using server = await startTestServer(own, (seen, response) =>
    answerJson(response, 200, seen.method === 'GET' ? syncReply(liveNetwork) : syncReply(), { etag: '"e"' }),
  );
  const { endpoint } = server;
  const found = await objects.getObject(
    endpoint,
    { kind: 'network', name: 'a/b', project: 'web' },
    { ...options, target: 'server1' },
  );
  expect(found).toMatchObject({ value: { managed: true, status: 'Created' }, etag: '"e"' });
  await objects.createObject(
    endpoint,
    { kind: 'storage-volume', pool: 'local' },
    { name: 'v' },
    { ...options, target: 'server1' },
  );
  await objects.putObject(
    endpoint,
    { kind: 'profile', name: 'default', project: 'internal' },
    { config: {} },
    { ...options, etag: found?.etag },
  );
  expect(await objects.deleteObject(endpoint, { kind: 'storage-pool', name: 'local' }, options)).toBe(true);
  expect(server.seen.map(({ method, url, headers }) => [method, url, headers['if-match']])).toEqual([
    ['GET', '/1.0/networks/a%2Fb?project=web&target=server1', undefined],
    ['POST', '/1.0/storage-pools/local/volumes/custom?target=server1', undefined],
    ['PUT', '/1.0/profiles/default?project=internal', '"e"'],
    ['DELETE', '/1.0/storage-pools/local', undefined],
  ]);
});

test('lists come whole, of one project or of all', async () => {
  await using server = await startTestServer(own, (_, response) => answerJson(response, 200, syncReply([liveNetwork])));
  const { value } = await objects.listObjects(server.endpoint, { kind: 'network', allProjects: true }, options);
  expect(value.map(({ name }) => name)).toEqual(['n']);
  await objects.listObjects(server.endpoint, { kind: 'network', project: 'web' }, options);
  expect(server.seen.map(({ url }) => url)).toEqual([
    '/1.0/networks?recursion=1&all-projects=true',
    '/1.0/networks?recursion=1&project=web',
  ]);
});

test('an object that is not there is absent; deleting it is no failure', async () => {
  await using server = await startTestServer(own, (_, response) =>
    answerJson(response, 404, errorReply(404, 'not found')),
  );
  expect(await objects.getObject(server.endpoint, { kind: 'project', name: 'web' }, options)).toBeUndefined();
  expect(await objects.deleteObject(server.endpoint, { kind: 'project', name: 'web' }, options)).toBe(false);
  expect(await incus.getMember(server.endpoint, 'server9', options)).toBeUndefined();
  expect(await incus.getOperation(server.endpoint, 'op1', options)).toBeUndefined();
  const refused = await failed(objects.putObject(server.endpoint, { kind: 'project', name: 'web' }, {}, options));
  expect(isRefusedWith(refused, 404)).toBe(true);
  expect(isRefusedWith(refused, 409)).toBe(false);
});

test('a volume without its pool is a mistake of ours', async () => {
  await using server = await startTestServer(own, (_, response) => answerJson(response, 200, syncReply()));
  expect(() => objects.getObject(server.endpoint, { kind: 'storage-volume', name: 'v' }, options)).toThrow(TypeError);
});

test('an empty list of Go, which is null, is no bad reply', async () => {
  await using server = await startTestServer(own, (_, response) => answerJson(response, 200, syncReply(null)));
  expect((await objects.listObjects(server.endpoint, { kind: 'profile' }, options)).value).toEqual([]);
});
