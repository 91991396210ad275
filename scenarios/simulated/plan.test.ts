import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ClusterPlan, PlannedCall } from '@operations-center/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isMutating, readFleetCalls } from '../lib/fleet-calls.ts';
import { makeEyes } from '../lib/incus-eyes.ts';
import { provePlan, stepsOfLast } from '../lib/plan-proof.ts';
import type { Ran } from '../lib/programs.ts';
import { debug, oneOfEach, trustBefore } from '../lib/record-transcript.ts';
import { type PageFiles, startWorld, type World, writePageFiles } from '../lib/world.ts';

let world: World;
let page: PageFiles;
/** The page and one of every kind of item. */
let files: PageFiles;
/** Test clock of the daemon and its fleet. */
let clock: string;

beforeAll(async () => {
  clock = join(process.env['TMPDIR'] ?? '/tmp', `plan-clock-${process.pid}.json`);
  writeFileSync(clock, JSON.stringify({ base_ms: Date.now(), rate: 1, offset_ms: 0 }));
  Object.assign(process.env, { OPERATIONS_CENTER_TEST: '1', OPERATIONS_CENTER_TEST_CLOCK: clock });
  world = await startWorld({ servers: 6, daemon: debug });
  page = await writePageFiles(world.directory);
  const more = join(world.directory, 'more');
  mkdirSync(more);
  files = await writePageFiles(more, await oneOfEach());
});
afterAll(() => world.stop());

const add = (...words: string[]): Promise<Ran> => world.daemon.cli('provisioning', 'cluster', 'add', ...words);
const urlOf = (server: string): string => world.fleet.servers.find(({ name }) => name === server)?.url ?? '';

/** `cluster add … --plan` with the page's files. */
async function planned(name: string, servers: string, given = page): Promise<ClusterPlan> {
  const [first = ''] = servers.split(',');
  const words = ['-c', given.services, '-a', given.application, '--plan', '--format', 'json'];
  const ran = await add(name, urlOf(first), '-s', servers, ...words);
  expect(ran.exit).toBe(0);
  expect(ran.stderr).toMatch(/^Looking at \d servers? …\n$/);
  return JSON.parse(ran.stdout) as ClusterPlan;
}

const mutatingCalls = () => readFleetCalls(world.daemon.log).filter(isMutating);

test('two plans at once hold no id together, and both change nothing', async () => {
  const before = mutatingCalls().length;
  const [one, two] = await Promise.all([planned('one', 'server1,server2,server3'), planned('two', 'server3,server4')]);
  const ids = [one, two].flatMap(({ lvm_ids }) => lvm_ids.map(({ id }) => id));
  expect(new Set(ids).size).toBe(5);
  expect(one.mesh_id).not.toBe(two.mesh_id);
  expect(mutatingCalls()).toHaveLength(before);
  expect((await world.fleet.requests()).filter(({ method }) => method !== 'GET')).toEqual([]);
});

test('servers receive just the calls of the plan, in its order', async () => {
  const [first] = world.fleet.servers;
  await trustBefore(world.daemon, first?.url ?? '', files.certificate.pem);
  await world.fleet.clearRequests();
  const plan = await planned('wonderful', 'server1,server2,server3', files);
  const seen = mutatingCalls().length;
  expect(await add('--run', plan.id)).toMatchObject({ exit: 0, stdout: '' });
  const calls = mutatingCalls().slice(seen);
  const steps = await stepsOfLast(world.daemon);
  const proof = provePlan(plan, calls, steps);
  expect(proof).toMatchObject({ unplanned: [], missing: [], disorder: [] });
  expect(proof.ordered).toBeGreaterThan(500);
  expect(calls.length).toBeGreaterThan(40);
  // The servers' own log says the same.
  const received = (await world.fleet.requests()).filter(({ method }) => method !== 'GET');
  expect(
    received.map(({ server, method, path, query }) => `${server} ${method} ${path}${asQuery(query)}`).sort(),
  ).toEqual(calls.map(({ server, method, path }) => `${server} ${method} ${path}`).sort());
  const cluster = await world.daemon.client('cluster_show', { params: { name: 'wonderful' } });
  expect(cluster).toMatchObject({ kind: 'ok', metadata: { status: 'ready' } });
});

const asQuery = (query: string | undefined): string =>
  query === undefined || query === '' ? '' : `?${query.replace(/^\?/, '')}`;

test('the proof sees a call too many, one too few, one that is different, and a wrong order', async () => {
  const call = (path: string, body: unknown): PlannedCall => ({ server: 'server1', method: 'PUT', path, body });
  const step = (key: string, after: string[], calls: PlannedCall[]) => ({ key, after, calls, in_order: true });
  const plan = {
    steps: [
      step('a', [], [call('/a', { x: 1, y: `\${token:server2}` })]),
      step('b', ['a'], [call('/b', { '...': '', z: 1 })]),
    ],
  } as unknown as ClusterPlan; // as much of it as is looked at
  const sent = (at: number, path: string, body: unknown) => ({ at, ms: 10, status: 200, ...call(path, body) });
  const good = [sent(0, '/a', { x: 1, y: 'secret' }), sent(20, '/b', { z: 1, more: true })];
  const none = { unplanned: [], missing: [], disorder: [] };
  const steps = [
    { key: 'a', already: false },
    { key: 'b', already: false },
  ];
  expect(provePlan(plan, good, steps)).toMatchObject({ ...none, ordered: 1 });
  expect(provePlan(plan, [...good, ...good], steps).unplanned).toHaveLength(2);
  expect(provePlan(plan, good.slice(1), steps).missing).toHaveLength(1);
  expect(provePlan(plan, good.slice(1), [{ key: 'a', already: true }])).toMatchObject(none);
  expect(provePlan(plan, [sent(0, '/a', { x: 2, y: '' })], steps).unplanned).toHaveLength(1);
  expect(provePlan(plan, [sent(25, '/a', { x: 1, y: '' }), ...good.slice(1)], steps).disorder).toHaveLength(1);
});

test('a plan is refused once a server is not as it was, and says what differs', async () => {
  const eyes = makeEyes(world.daemon);
  const plan = await planned('changed', 'server4,server5');
  const seen = mutatingCalls().length;
  const lvm = { config: { enabled: true, system_id: plan.lvm_ids[1]?.id } };
  const was = await eyes.get<{ config: object }>(urlOf('server6'), '/os/1.0/services/lvm');
  await eyes.change('PUT', urlOf('server6'), '/os/1.0/services/lvm', lvm);
  const id = await add('--run', plan.id);
  expect(id.exit).toBe(1);
  expect(id.stderr).toMatch(/server5: system_id of lvm: when it was planned: \d+; now: \d+\n/);
  await eyes.change('PUT', urlOf('server6'), '/os/1.0/services/lvm', { config: was.config });
  const nvme = { config: { enabled: true, targets: [{ transport: 'tcp', address: '192.168.1.100', port: 8009 }] } };
  await eyes.change('PUT', urlOf('server4'), '/os/1.0/services/nvme', nvme);
  const service = await add('--run', plan.id);
  expect(service.exit).toBe(1);
  const nvmeTold = 'server4: nvme.enabled: the plan changes it (false → true); now it is as wanted already\n';
  expect(service.stderr).toContain(nvmeTold);
  expect(service.stderr).not.toContain('not there');
  expect(service.stderr).toContain('(plan_outdated)');
  await eyes.close();
  expect(mutatingCalls()).toHaveLength(seen);
});

test('a plan runs once, is unknown under another id, and is kept for a day', async () => {
  const plan = await planned('once', 'server5');
  expect(await add('--run', plan.id)).toMatchObject({ exit: 0 });
  const again = await add('--run', plan.id);
  expect(again).toMatchObject({ exit: 1, stderr: expect.stringContaining('(plan_ran_already)') as string });
  const unknown = await add('--run', '0'.repeat(64));
  expect(unknown).toMatchObject({ exit: 1, stderr: expect.stringContaining('(plan_not_found)') as string });
  const late = await planned('late', 'server4');
  writeFileSync(clock, JSON.stringify({ offset_ms: 25 * 60 * 60 * 1000 }));
  const expired = await add('--run', late.id);
  expect(expired).toMatchObject({ exit: 1, stderr: expect.stringContaining('(plan_expired)') as string });
});
