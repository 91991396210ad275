import { describe, expect, it } from 'vitest';
import type { Loose } from './testing.ts';
import { address, bootstrap, finish, formCluster, joinBody, makeTestWorld, setAddresses, settle } from './testing.ts';

describe('a cluster of three', () => {
  it('forms: one certificate for all, one trust store, leader and two voters', async () => {
    const { ask, members, administrator } = await makeTestWorld(3);
    const own = members.map((member) => member.own().fingerprint);
    const certificate = await formCluster(ask, 3);
    expect(members.map((member) => member.tls().certificate)).toEqual([certificate, certificate, certificate]);
    expect(members.map((member) => member.own().fingerprint)).toEqual(own);
    const list = (await ask(2, 'GET', '/1.0/cluster/members?recursion=1')).metadata;
    expect(list.map((row: Loose) => [row.server_name, row.status, row.roles, row.url])).toEqual([
      ['server1', 'Online', ['database-leader', 'database'], 'https://127.77.0.1:8443'],
      ['server2', 'Online', ['database'], 'https://127.77.0.2:8443'],
      ['server3', 'Online', ['database'], 'https://127.77.0.3:8443'],
    ]);
    const trust = (await ask(3, 'GET', '/1.0/certificates?recursion=1')).metadata;
    expect(trust.map((row: Loose) => `${row.type} ${row.name}`).sort()).toEqual([
      'client operations-center',
      'server server1',
      'server server2',
      'server server3',
    ]);
    expect(members[2]?.isTrusted(administrator.fingerprint)).toBe(true);
  });

  it('takes from the joiner its projects, its profiles and its own trusted clients', async () => {
    const { ask, members } = await makeTestWorld(2);
    await ask(2, 'POST', '/1.0/projects', { name: 'mine' });
    members[1]?.trust({ name: 'local', certificate: members[0]?.own().certificate ?? '' });
    await formCluster(ask, 2);
    expect((await ask(2, 'GET', '/1.0/projects')).metadata).toEqual(['/1.0/projects/default']);
    const names = (await ask(2, 'GET', '/1.0/certificates?recursion=1')).metadata.map((row: Loose) => row.name);
    expect(names).not.toContain('local');
  });

  it('joins under another name than the token says, as Incus does', async () => {
    const { ask } = await makeTestWorld(2);
    const certificate = await bootstrap(ask);
    await setAddresses(ask, 2);
    const body = { ...(await joinBody(ask, 2, certificate)), server_name: 'other' };
    expect((await finish(ask, 2, await ask(2, 'PUT', '/1.0/cluster', body))).status).toBe('Success');
    expect((await ask(1, 'GET', '/1.0/cluster/members')).metadata).toEqual([
      '/1.0/cluster/members/server1',
      '/1.0/cluster/members/other',
    ]);
  });

  it('bootstraps a cluster of one if a joiner leaves out cluster_address', async () => {
    const { ask } = await makeTestWorld(2);
    const certificate = await bootstrap(ask);
    await setAddresses(ask, 2);
    const { cluster_address: _gone, ...body } = await joinBody(ask, 2, certificate);
    expect((await finish(ask, 2, await ask(2, 'PUT', '/1.0/cluster', body))).status).toBe('Success');
    expect((await ask(2, 'GET', '/1.0/cluster/members')).metadata).toEqual(['/1.0/cluster/members/server2']);
    expect((await ask(1, 'GET', '/1.0/cluster/members')).metadata).toEqual(['/1.0/cluster/members/server1']);
  });
});

describe('what a join refuses at once', () => {
  const base = { enabled: true, server_name: 'x', cluster_address: address(1) };
  const rows: [string, Record<string, unknown>, string][] = [
    ['no name', { enabled: true }, 'ServerName is required when enabling clustering'],
    ['a name when leaving', { enabled: false, server_name: 'x' }, 'ServerName must be empty when disabling clustering'],
    ['@name', { enabled: true, server_name: '@x' }, 'ServerName may not start with "@"'],
    ['no certificate', base, 'No target cluster member certificate provided'],
    ['no address', { ...base, cluster_certificate: 'x' }, 'No server address provided for this member'],
    [
      'a wildcard address',
      { ...base, cluster_certificate: 'x', server_address: ':8443' },
      `Invalid server address ":8443": Wildcard addresses aren't allowed`,
    ],
    [
      'an address that is not its own',
      { ...base, cluster_certificate: 'x', server_address: '127.9.9.9' },
      `Server address "127.9.9.9:8443" is not covered by "127.77.0.2:8443" from "cluster.https_address"`,
    ],
  ];
  it.each(rows)('%s', async (_what, body, error) => {
    const { ask } = await makeTestWorld(2);
    await setAddresses(ask, 2);
    const answer = await ask(2, 'PUT', '/1.0/cluster', body);
    expect([answer.status, answer.error]).toEqual([400, error]);
  });

  it('a server that is clustered already', async () => {
    const { ask } = await makeTestWorld(2);
    const certificate = await formCluster(ask, 2);
    const body = { ...base, cluster_certificate: certificate, server_address: address(2) };
    const answer = await ask(2, 'PUT', '/1.0/cluster', body);
    expect([answer.status, answer.error]).toEqual([400, 'This server is already clustered']);
  });

  it('a bootstrap on a wildcard address', async () => {
    const { ask } = await makeTestWorld(1);
    await ask(1, 'PUT', '/1.0', { config: { 'core.https_address': ':8443' } });
    const answer = await ask(1, 'PUT', '/1.0/cluster', { enabled: true, server_name: 'server1' });
    expect(answer.status).toBe(500);
    expect(answer.error).toMatch(
      /^Cannot use wildcard core.https_address "" for cluster.https_address\. Please specify/,
    );
  });
});

describe('what the operation of a join fails with', () => {
  const broken: [string, Record<string, unknown>, string][] = [
    [
      'a token that is none',
      { cluster_token: 'garbage' },
      'Failed to setup cluster trust: Failed to add server cert to cluster: not authorized',
    ],
    [
      'no token',
      { cluster_token: '' },
      'Failed to update cluster trust: Failed getting existing certificate: not authorized',
    ],
    [
      'an address where nobody listens',
      { cluster_address: '127.77.9.9' },
      'Failed to setup cluster trust: Failed to add server cert to cluster: Post "https://127.77.9.9:8443/1.0/certificates": Unable to connect to: 127.77.9.9:8443',
    ],
    ['a name that is taken', { server_name: 'server1' }, 'The cluster already has a member with name: server1'],
  ];
  it.each(broken)('%s', async (_what, change, error) => {
    const { ask } = await makeTestWorld(2);
    const certificate = await bootstrap(ask);
    await setAddresses(ask, 2);
    const operation = await finish(
      ask,
      2,
      await ask(2, 'PUT', '/1.0/cluster', { ...(await joinBody(ask, 2, certificate)), ...change }),
    );
    expect([operation.status, operation.status_code]).toEqual(['Failure', 400]);
    expect(operation.err).toContain(error);
  });

  it("the first member's own certificate as the cluster's", async () => {
    const { ask, members } = await makeTestWorld(2);
    const certificate = await bootstrap(ask);
    await setAddresses(ask, 2);
    const body = { ...(await joinBody(ask, 2, certificate)), cluster_certificate: members[0]?.own().certificate };
    const operation = await finish(ask, 2, await ask(2, 'PUT', '/1.0/cluster', body));
    expect(operation.err).toContain('x509: certificate signed by unknown authority');
  });

  it('a token used twice, and a new name after a failure under another', async () => {
    const { ask } = await makeTestWorld(2);
    const certificate = await bootstrap(ask);
    await setAddresses(ask, 2);
    const body = await joinBody(ask, 2, certificate);
    await finish(ask, 2, await ask(2, 'PUT', '/1.0/cluster', { ...body, server_name: 'server1' }));
    const again = await finish(ask, 2, await ask(2, 'PUT', '/1.0/cluster', body));
    expect(again.err).toBe(
      'Failed to setup cluster trust: Failed to add server cert to cluster: No matching cluster join operation found',
    );
    const fresh = await finish(ask, 2, await ask(2, 'PUT', '/1.0/cluster', await joinBody(ask, 2, certificate)));
    expect(fresh.err).toBe(
      'Failed to update cluster trust: Existing server certificate with different name "server1" already in trust store',
    );
  });

  it('an expired token, which is used up by it', async () => {
    const { ask, advance } = await makeTestWorld(2);
    const certificate = await bootstrap(ask);
    await setAddresses(ask, 2);
    const body = await joinBody(ask, 2, certificate);
    await advance(3 * 3600_000 + 1000);
    const late = await finish(ask, 2, await ask(2, 'PUT', '/1.0/cluster', body));
    expect(late.err).toContain('Failed during search for join token operation: Token has expired');
    expect((await ask(1, 'GET', '/1.0/operations')).metadata.running).toBeUndefined();
  });

  it('a pool of the same name whose source is overridden; the rest stays as Incus leaves it', async () => {
    const { ask } = await makeTestWorld(2);
    await ask(1, 'POST', '/1.0/storage-pools', { name: 'local', driver: 'dir' });
    await ask(2, 'POST', '/1.0/storage-pools', { name: 'local', driver: 'dir' });
    const certificate = await bootstrap(ask);
    const member_config = [{ entity: 'storage-pool', name: 'local', key: 'source', value: '' }];
    const operation = await finish(
      ask,
      2,
      await ask(2, 'PUT', '/1.0/cluster', { ...(await joinBody(ask, 2, certificate)), member_config }),
    );
    expect(operation.err).toBe(
      'Failed to initialize member: Failed to initialize storage pools and networks: Failed to update storage pool "local": Config key "source" is cluster member specific',
    );
    expect((await ask(2, 'GET', '/1.0')).metadata.config['cluster.https_address']).toBe(address(2));
    const names = (await ask(1, 'GET', '/1.0/certificates?recursion=1')).metadata.filter(
      (row: Loose) => row.type === 'server',
    );
    expect(names.map((row: Loose) => row.name).sort()).toEqual(['server1', 'server2']);
  });

  it('a second bootstrap fails inside the operation', async () => {
    const { ask } = await makeTestWorld(1);
    await bootstrap(ask);
    const again = await finish(ask, 1, await ask(1, 'PUT', '/1.0/cluster', { enabled: true, server_name: 'server1' }));
    expect(again.err).toBe('Inconsistent state: found leftover cluster certificate');
  });
});

describe('named faults', () => {
  it('join-fails leaves trust and address behind', async () => {
    const { ask, faults } = await makeTestWorld(2);
    const certificate = await bootstrap(ask);
    faults.set('join-fails@server2', undefined);
    const operation = await finish(ask, 2, await ask(2, 'PUT', '/1.0/cluster', await joinBody(ask, 2, certificate)));
    expect(operation.status).toBe('Failure');
    expect((await ask(2, 'GET', '/1.0')).metadata.config['cluster.https_address']).toBe(address(2));
    expect((await ask(1, 'GET', '/1.0/cluster/members')).metadata).toHaveLength(1);
    const servers = (await ask(1, 'GET', '/1.0/certificates?recursion=1')).metadata.filter(
      (row: Loose) => row.type === 'server',
    );
    expect(servers).toHaveLength(2);
    faults.clear();
    const again = await finish(ask, 2, await ask(2, 'PUT', '/1.0/cluster', await joinBody(ask, 2, certificate)));
    expect(again.status).toBe('Success');
  });

  it('bootstrap-fails leaves the server alone', async () => {
    const { ask, faults, members } = await makeTestWorld(1);
    faults.set('bootstrap-fails@server1', 'no space left on device');
    await setAddresses(ask, 1);
    const operation = await finish(
      ask,
      1,
      await ask(1, 'PUT', '/1.0/cluster', { enabled: true, server_name: 'server1' }),
    );
    expect([operation.status, operation.err]).toEqual(['Failure', 'no space left on device']);
    expect(members[0]?.isClustered()).toBe(false);
  });

  it('join-hangs stays Running', async () => {
    const { ask, faults } = await makeTestWorld(2);
    const certificate = await bootstrap(ask);
    faults.set('join-hangs@server2', undefined);
    const { metadata } = await ask(2, 'PUT', '/1.0/cluster', await joinBody(ask, 2, certificate));
    await settle();
    expect((await ask(2, 'GET', `/1.0/operations/${metadata.id}`)).metadata.status).toBe('Running');
  });

  it('join-answers-but-dies takes the daemon away after its answer', async () => {
    const { ask, faults, members, advance } = await makeTestWorld(2);
    const certificate = await bootstrap(ask);
    faults.set('join-answers-but-dies@server2', undefined);
    const accepted = await ask(2, 'PUT', '/1.0/cluster', await joinBody(ask, 2, certificate));
    expect(accepted.status).toBe(202);
    await settle();
    expect((await ask(2, 'GET', `/1.0/operations/${accepted.metadata.id}`)).metadata.status).toBe('Running');
    await advance(100);
    expect(members[1]?.isRunning()).toBe(false);
    faults.clear();
    members[1]?.setRunning(true);
    expect(members[1]?.isClustered()).toBe(false);
    expect((await ask(1, 'GET', '/1.0/cluster/members')).metadata).toHaveLength(1);
    const again = await finish(ask, 2, await ask(2, 'PUT', '/1.0/cluster', await joinBody(ask, 2, certificate)));
    expect(again.status).toBe('Success');
  });
});

describe('taking a cluster back', () => {
  it('restores every server to what its backup holds: unclustered, same certificate, trusted, joinable again', async () => {
    const { ask, members } = await makeTestWorld(3);
    const backups = await Promise.all(members.map((member) => member.backup()));
    expect(backups.every((backup) => backup.length > 35_000 && backup.length < 60_000)).toBe(true);
    const own = members.map((member) => member.own().fingerprint);
    await formCluster(ask, 3);
    await Promise.all(members.map((member, place) => member.restore(backups[place] ?? Buffer.alloc(0))));
    expect(members.map((member) => [member.isClustered(), member.tls().fingerprint])).toEqual(
      own.map((one) => [false, one]),
    );
    await formCluster(ask, 3);
    expect((await ask(3, 'GET', '/1.0/cluster/members')).metadata).toHaveLength(3);
  });

  it('a member that was restored is Offline for the others after 20 s', async () => {
    const { ask, members, advance } = await makeTestWorld(3);
    const backup = await members[2]?.backup();
    await formCluster(ask, 3);
    await members[2]?.restore(backup ?? Buffer.alloc(0));
    const status = async (): Promise<string> => (await ask(1, 'GET', '/1.0/cluster/members/server3')).metadata.status;
    expect(await status()).toBe('Online');
    await advance(21_000);
    expect(await status()).toBe('Offline');
  });

  it('data sets of a pool outlive a restore, and are in the way of the next pool', async () => {
    const { ask, members } = await makeTestWorld(1);
    const backup = await members[0]?.backup();
    const pool = { name: 'local', driver: 'zfs', config: { source: 'local/incus' } };
    expect((await ask(1, 'POST', '/1.0/storage-pools', pool)).status).toBe(201);
    await members[0]?.restore(backup ?? Buffer.alloc(0));
    const again = await ask(1, 'POST', '/1.0/storage-pools', pool);
    expect([again.status, again.error]).toEqual([
      500,
      `Provided ZFS pool (or dataset) isn't empty, run "sudo zfs list -r local/incus" to see existing entries`,
    ]);
  });

  it('brings back the identity of the backup, not that of the server it is sent to', async () => {
    const { members } = await makeTestWorld(2);
    const [first, second] = members;
    const own = first?.own();
    const backup = (await first?.backup()) ?? Buffer.alloc(0);
    first?.factoryReset(second?.own() ?? { certificate: '', key: '', fingerprint: '' });
    expect(first?.tls().fingerprint).not.toBe(own?.fingerprint);
    await first?.restore(backup);
    expect([first?.own(), first?.tls()]).toEqual([own, own]);
  });

  it('refuses an archive that is none', async () => {
    const { members } = await makeTestWorld(1);
    await expect(members[0]?.restore(Buffer.from('no archive'))).rejects.toThrow(
      /incorrect header check|unexpected end/,
    );
    expect(members[0]?.isRunning()).toBe(true);
  });
});
