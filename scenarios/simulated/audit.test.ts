import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { AuditEntry } from '@operations-center/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addCluster } from '../lib/story.ts';
import { startWorld, type World, writePageFiles } from '../lib/world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld({ servers: 1 });
});
afterAll(() => world.stop());

async function listAudit(...more: string[]): Promise<AuditEntry[]> {
  const listed = await world.daemon.cli('audit', 'list', '-f', 'json', ...more);
  expect(listed).toMatchObject({ exit: 0 });
  return JSON.parse(listed.stdout) as AuditEntry[];
}

/** Changes the database behind the daemon's back. */
function tamper(text: string): void {
  const database = new DatabaseSync(join(world.daemon.directory, 'operations-center.db'));
  database.exec(text);
  database.close();
}

test('the audit knows who made a cluster, by which operation, and what came by itself', async () => {
  const { daemon, fleet, directory } = world;
  const [server] = fleet.servers;
  expect(
    await addCluster({ daemon, servers: fleet.servers, files: await writePageFiles(directory) }, 'seen'),
  ).toMatchObject({ exit: 0 });
  const [made] = await listAudit('--what', 'clusters_run');
  expect(made ?? (await listAudit()).map(({ what }) => what)).toMatchObject({
    ...{ by: 'request', protocol: 'unix', address: '@', object: '/1.0/provisioning/clusters/:run' },
    plan: expect.stringMatching(/^[0-9a-f]{16,}$/),
    outcome: { status: 202, code: '' },
  });
  const entries = await listAudit();
  const whats = entries.map(({ what }) => what);
  expect(whats).toEqual(
    expect.arrayContaining([
      'daemon-started',
      'server-registered',
      'server-status-changed',
      'cluster-status-changed',
      'operation-submitted',
      'operation-finished',
    ]),
  );
  expect(entries.find(({ what }) => what === 'operation-finished')?.operation).toBe(made?.operation);
  expect(made?.operation).toMatch(/^[-0-9a-f]{36}$/);
  expect(entries.find(({ what }) => what === 'server-registered')).toMatchObject({
    by: 'event',
    protocol: 'tls',
    object: `/1.0/provisioning/servers/${server?.name}`,
  });
  expect((await daemon.cli('provisioning', 'cluster', 'remove', 'nobody')).exit).toBe(1);
  expect((await listAudit('--what', 'cluster_delete'))[0]?.outcome).toMatchObject({
    status: 404,
    code: 'cluster_not_found',
  });
});

test('a token is named by no more than its beginning, in the audit and in the log', async () => {
  const { daemon } = world;
  const token = await daemon.client('tokens_create', {
    body: { uses_remaining: 1, expire_at: '2099-01-01T00:00:00Z' },
  });
  if (token.kind !== 'ok') throw new Error('no token');
  const uuid = token.location?.split('/').at(-1) ?? '';
  await daemon.client('token_delete', { params: { uuid } });
  const entries = await listAudit('--object', uuid.slice(0, 8));
  expect(entries.map(({ what }) => what)).toEqual(['token_delete', 'tokens_create']);
  expect(JSON.stringify(entries)).not.toContain(uuid);
  const log = readFileSync(daemon.log, 'utf8');
  expect(log).toContain('"what":"token_delete"');
  expect(log).not.toContain(uuid);
});

test('verify names the entry that was edited, the one that was deleted, and the end that was cut', async () => {
  const { daemon } = world;
  const whole = await daemon.cli('audit', 'verify', '-f', 'json');
  expect(whole).toMatchObject({ exit: 0 });
  const { head, entries } = JSON.parse(whole.stdout) as { head: string; entries: number };
  expect(readFileSync(daemon.log, 'utf8')).toContain(head);
  tamper("update audit set username = 'somebody else' where number = 2");
  const edited = await daemon.cli('audit', 'verify');
  expect(edited.exit).toBe(1);
  expect(edited.stderr).toContain('entry 2 says something else');
  tamper('delete from audit where number = 4');
  expect((await daemon.cli('audit', 'verify')).stderr).toContain('entry 4 is missing');
  tamper(`delete from audit where number = ${entries}`);
  expect((await daemon.cli('audit', 'verify')).stderr).toContain(`entry ${entries} is cut off at the end`);
  tamper(
    "update log_heads set number = (select max(number) from audit), hash = (select hash from audit order by number desc limit 1) where log = 'audit'",
  );
  expect((await daemon.cli('audit', 'verify', '--head', head)).stderr).toContain(
    `entry ${entries} is cut off at the end`,
  );
});
