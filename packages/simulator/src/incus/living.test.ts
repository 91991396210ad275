import { describe, expect, it } from 'vitest';
import type { IncusMember } from './member.ts';
import type { Loose } from './testing.ts';
import { finish, formCluster, makeTestWorld, settle } from './testing.ts';

const request = (query: string, clientFingerprint: string) => ({
  method: 'GET',
  path: '/1.0/events',
  query: new URLSearchParams(query),
  headers: {},
  body: Buffer.alloc(0),
  clientFingerprint,
  clientCertificatePem: undefined,
  signal: new AbortController().signal,
});

function listen(member: IncusMember | undefined, query: string, client: string) {
  const heard: Loose[] = [];
  let closed = false;
  const outcome = member?.openEvents(
    request(query, client),
    (text) => heard.push(JSON.parse(text)),
    () => (closed = true),
  );
  return { heard, outcome, isClosed: () => closed };
}

describe('events', () => {
  it('of a server alone say location none', async () => {
    const { ask, members, administrator } = await makeTestWorld(1);
    const { heard } = listen(members[0], 'type=lifecycle', administrator.fingerprint);
    await ask(1, 'PATCH', '/1.0', { config: { 'user.a': 'b' } });
    expect(heard.map((one) => [one.metadata.action, one.location])).toEqual([['config-updated', 'none']]);
  });

  it('of every member reach a listener on any, with the place where they came from', async () => {
    const { ask, members, administrator } = await makeTestWorld(3);
    await formCluster(ask, 3);
    const { heard } = listen(members[1], 'type=lifecycle&all-projects=true', administrator.fingerprint);
    await ask(1, 'POST', '/1.0/profiles', { name: 'small' });
    expect(heard).toMatchObject([
      {
        type: 'lifecycle',
        metadata: {
          action: 'profile-created',
          source: '/1.0/profiles/small',
          requestor: { username: administrator.fingerprint, protocol: 'tls' },
        },
        location: 'server1',
        project: 'default',
      },
    ]);
  });

  it('are lost one by one, or break off with their connection, or stay behind when a member is cut off', async () => {
    const { ask, members, administrator, faults } = await makeTestWorld(2);
    await formCluster(ask, 2);
    const near = listen(members[0], 'type=lifecycle&all-projects=true', administrator.fingerprint);
    const far = listen(members[1], 'type=lifecycle&all-projects=true', administrator.fingerprint);
    const make = (name: string) => ask(1, 'POST', '/1.0/profiles', { name });
    const names = ({ heard }: typeof near): string[] => heard.map((one) => one.metadata.source.split('/').at(-1));
    faults.set('events-lost@server1', '2');
    for (const name of ['a', 'b', 'c', 'd']) await make(name);
    faults.delete('events-lost@server1');
    expect([names(near), names(far)]).toEqual([
      ['a', 'c'],
      ['a', 'b', 'c', 'd'],
    ]);
    faults.set('cut-off@server2', undefined);
    await make('e');
    faults.delete('cut-off@server2');
    expect([names(near).at(-1), names(far).at(-1)]).toEqual(['e', 'd']);
    members[1]?.cutEvents();
    await make('f');
    expect([near.isClosed(), far.isClosed(), names(far).at(-1)]).toEqual([false, true, 'd']);
  });

  it('tell a bootstrap from Pending to Success, on the socket that was open before it', async () => {
    const { ask, members, administrator } = await makeTestWorld(1);
    const { heard } = listen(members[0], 'project=default', administrator.fingerprint);
    const operation = await finish(
      ask,
      1,
      await ask(1, 'PUT', '/1.0/cluster', { server_name: 'server1', enabled: true }),
    );
    const states = heard
      .filter((one) => one.type === 'operation')
      .map((one) => [one.metadata.status, one.metadata.location]);
    expect(states).toEqual([
      ['Pending', 'none'],
      ['Running', 'none'],
      ['Running', 'none'],
      ['Success', 'none'],
    ]);
    expect(heard.filter((one) => one.type === 'operation').map((one) => one.location)).toEqual([
      'none',
      'none',
      'none',
      'none',
    ]);
    expect(heard.at(-1).metadata.metadata.certificate).toBe(operation.metadata.certificate);
    expect(heard.map((one) => one.metadata.action)).toContain('cluster-enabled');
  });

  it('do not tell a token', async () => {
    const { ask, members, administrator } = await makeTestWorld(1);
    await formCluster(ask, 1);
    const { heard } = listen(members[0], 'type=operation', administrator.fingerprint);
    await ask(1, 'POST', '/1.0/cluster/members', { server_name: 'server2' });
    expect(heard.map((one) => one.metadata.metadata)).toEqual([null, null]);
  });

  it.each([
    ['type=zz', 400, '"zz" isn\'t a supported event type'],
    ['project=nope', 404, 'Project not found'],
    ['project=default&all-projects=true', 400, 'Cannot specify a project when requesting all projects'],
  ])('refuse %s', async (query, status, text) => {
    const { members, administrator } = await makeTestWorld(1);
    const { outcome } = listen(members[0], query, administrator.fingerprint);
    expect(outcome).toMatchObject({ status });
    expect(JSON.stringify(outcome)).toContain(JSON.stringify(JSON.stringify(text).slice(1, -1)).slice(1, -1));
  });

  it('are refused to a stranger, and end when the daemon stops', async () => {
    const { members, administrator } = await makeTestWorld(1);
    expect(listen(members[0], '', 'f'.repeat(64)).outcome).toMatchObject({ status: 403 });
    const { isClosed } = listen(members[0], '', administrator.fingerprint);
    members[0]?.setRunning(false);
    expect(isClosed()).toBe(true);
  });
});

describe('operations', () => {
  it('are kept five seconds after their end', async () => {
    const { ask, advance } = await makeTestWorld(1);
    const operation = await finish(
      ask,
      1,
      await ask(1, 'PUT', '/1.0/cluster', { server_name: 'server1', enabled: true }),
    );
    const path = `/1.0/operations/${operation.id}`;
    await advance(4_900);
    expect((await ask(1, 'GET', path)).status).toBe(200);
    await advance(200);
    expect((await ask(1, 'GET', path)).error).toBe('Operation not found');
  });

  it('send headers before the end, and the state as it is when the time is over', async () => {
    const { ask, members, administrator, faults, advance } = await makeTestWorld(2);
    faults.set('join-hangs@server2', undefined);
    await formCluster(ask, 1);
    const body = {
      server_name: 'server2',
      enabled: true,
      server_address: '127.77.0.2',
      cluster_address: '127.77.0.1',
      cluster_certificate: members[0]?.tls().certificate,
    };
    const token = (await ask(1, 'POST', '/1.0/cluster/members', { server_name: 'server2' })).metadata.metadata;
    const cluster_token = Buffer.from(JSON.stringify({ server_name: 'server2', secret: token.secret })).toString(
      'base64',
    );
    const { metadata } = await ask(2, 'PUT', '/1.0/cluster', { ...body, cluster_token });
    const path = `/1.0/operations/${metadata.id}/wait`;
    const reply = await members[1]?.handle({ ...request('timeout=3', administrator.fingerprint), path });
    expect([reply?.status, reply?.body]).toEqual([200, '']);
    await settle();
    await advance(3_100);
    expect(JSON.parse((await reply?.later) ?? '{}').metadata.status).toBe('Running');
  });

  it('of a token can be cancelled, which ends the token; a task cannot', async () => {
    const { ask } = await makeTestWorld(1);
    await formCluster(ask, 1);
    const { metadata } = await ask(1, 'POST', '/1.0/cluster/members', { server_name: 'server2' });
    expect((await ask(1, 'DELETE', `/1.0/operations/${metadata.id}`)).status).toBe(200);
    expect((await ask(1, 'GET', `/1.0/operations/${metadata.id}`)).metadata.status).toBe('Cancelled');
    const task = (await ask(1, 'PUT', '/1.0/cluster', { server_name: 'server1', enabled: true })).metadata;
    expect((await ask(1, 'DELETE', `/1.0/operations/${task.id}`)).status).toBe(400);
  });
});

describe('members that fall silent', () => {
  it('are not remembered for a silence of the time when they stood alone', async () => {
    const { ask, members, advance } = await makeTestWorld(1);
    members[0]?.setRunning(false);
    await advance(30_000);
    members[0]?.setRunning(true);
    await advance(30_000);
    await formCluster(ask, 1);
    const { metadata } = await ask(1, 'GET', '/1.0/cluster/members/server1');
    expect([metadata.status, metadata.roles]).toEqual(['Online', ['database-leader', 'database']]);
  });

  it('are Online for 20 s, then Offline and without a role, and Online again with a heartbeat', async () => {
    const { ask, members, advance } = await makeTestWorld(3);
    await formCluster(ask, 3);
    const look = async (): Promise<unknown[]> => {
      const { metadata } = await ask(1, 'GET', '/1.0/cluster/members/server3');
      return [metadata.status, metadata.roles];
    };
    members[2]?.setRunning(false);
    await advance(19_000);
    expect(await look()).toEqual(['Online', ['database']]);
    await advance(2_000);
    expect(await look()).toEqual(['Offline', []]);
    const message = (await ask(1, 'GET', '/1.0/cluster/members/server3')).metadata.message;
    expect(message).toMatch(/^No heartbeat for 21s \(2026-11-22 20:00:00 \+0000\)$/);
    members[2]?.setRunning(true);
    await advance(10_001);
    expect((await look())[0]).toBe('Online');
  });

  it('are refused as a target: at once when Offline, after ten seconds before', async () => {
    const { ask, members, advance } = await makeTestWorld(3);
    await formCluster(ask, 3);
    members[2]?.setRunning(false);
    const early = await ask(1, 'GET', '/1.0?target=server3');
    expect([early.status, early.error]).toEqual([500, 'Missing event connection with target cluster member']);
    await advance(21_000);
    const late = await ask(1, 'GET', '/1.0?target=server3');
    expect([late.status, late.error]).toEqual([503, 'Cluster member "server3" is offline']);
  });

  it.each([
    ['GET', '/', 200, ''],
    ['GET', '/1.0', 200, ''],
    ['GET', '/1.0/certificates', 200, ''],
    ['GET', '/1.0/metadata/configuration', 200, ''],
    ['GET', '/1.0/cluster/members', 500, 'context deadline exceeded'],
    ['GET', '/1.0/profiles', 503, 'no available cowsql leader server found'],
    ['GET', '/1.0/operations', 503, 'no available cowsql leader server found'],
    ['PATCH', '/1.0', 503, 'no available cowsql leader server found'],
  ])(
    'take the database with them when two of three voters go at once: %s %s → %i',
    async (method, path, status, text) => {
      const { ask, members } = await makeTestWorld(3);
      await formCluster(ask, 3);
      members[1]?.setRunning(false);
      members[2]?.setRunning(false);
      const answer = await ask(1, method, path, method === 'GET' ? undefined : { config: {} });
      expect(answer.status).toBe(status);
      expect(answer.error).toContain(text);
    },
  );

  it('do not get their votes back by waiting', async () => {
    const { ask, members, advance } = await makeTestWorld(3);
    await formCluster(ask, 3);
    members[1]?.setRunning(false);
    members[2]?.setRunning(false);
    await advance(60_000);
    members[0]?.setRunning(false);
    members[0]?.setRunning(true);
    expect((await ask(1, 'GET', '/1.0/cluster/members')).status).toBe(500);
    members[1]?.setRunning(true);
    expect((await ask(1, 'GET', '/1.0/cluster/members')).status).toBe(200);
  });

  it('one after the other leave a cluster that still answers: the last one has the only vote', async () => {
    const { ask, members, advance } = await makeTestWorld(3);
    await formCluster(ask, 3);
    members[1]?.setRunning(false);
    await advance(21_000);
    members[2]?.setRunning(false);
    expect((await ask(1, 'GET', '/1.0/cluster/members')).status).toBe(200);
  });
});

describe('members that leave', () => {
  it('gracefully come back to themselves with an empty trust store, the others forget them', async () => {
    const { ask, members, administrator } = await makeTestWorld(3);
    await formCluster(ask, 3);
    expect((await ask(1, 'DELETE', '/1.0/cluster/members/server3')).status).toBe(200);
    expect((await ask(1, 'GET', '/1.0/cluster/members')).metadata).toHaveLength(2);
    expect(members[2]?.isClustered()).toBe(false);
    expect(members[2]?.isTrusted(administrator.fingerprint)).toBe(false);
    const servers = (await ask(1, 'GET', '/1.0/certificates?recursion=1')).metadata.filter(
      (row: Loose) => row.type === 'server',
    );
    expect(servers).toHaveLength(2);
  });

  it('by force still believe that they are members', async () => {
    const { ask, members } = await makeTestWorld(3);
    await formCluster(ask, 3);
    expect((await ask(1, 'DELETE', '/1.0/cluster/members/server3?force=1')).status).toBe(200);
    expect(members[2]?.isClustered()).toBe(true);
    expect((await ask(1, 'GET', '/1.0/cluster/members')).metadata).toHaveLength(2);
  });

  it('with a volume on them are not let go', async () => {
    const { ask } = await makeTestWorld(2);
    await formCluster(ask, 2);
    for (const target of ['?target=server1', '?target=server2', ''])
      await ask(1, 'POST', `/1.0/storage-pools${target}`, { name: 'p', driver: 'dir' });
    await ask(1, 'POST', '/1.0/storage-pools/p/volumes/custom?target=server2', { name: 'data' });
    expect((await ask(1, 'DELETE', '/1.0/cluster/members/server2')).error).toBe(
      'Node still has the following custom volumes: data',
    );
  });

  it('PUT /1.0/cluster {enabled: false} empties the trust store', async () => {
    const { ask, members, administrator } = await makeTestWorld(1);
    await formCluster(ask, 1);
    expect((await ask(1, 'PUT', '/1.0/cluster', { enabled: false })).status).toBe(200);
    expect([members[0]?.isClustered(), members[0]?.isTrusted(administrator.fingerprint)]).toEqual([false, false]);
  });
});

describe('maintenance', () => {
  it('evacuates and restores a member', async () => {
    const { ask } = await makeTestWorld(3);
    await formCluster(ask, 3);
    const state = '/1.0/cluster/members/server2/state';
    const out = await finish(ask, 1, await ask(1, 'POST', state, { action: 'evacuate', mode: 'auto' }));
    expect([out.description, out.status, out.location]).toEqual(['Evacuating cluster member', 'Success', 'server2']);
    const { status, message } = (await ask(1, 'GET', '/1.0/cluster/members/server2')).metadata;
    expect([status, message]).toEqual(['Evacuated', 'Unavailable due to maintenance']);
    const back = await finish(ask, 1, await ask(1, 'POST', state, { action: 'restore', mode: '' }));
    expect(back.status).toBe('Success');
    expect((await ask(1, 'GET', '/1.0/cluster/members/server2')).metadata.status).toBe('Online');
  });
});
