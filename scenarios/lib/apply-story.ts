import { readFileSync, writeFileSync } from 'node:fs';
import type { ApplyPlanView } from '@operations-center/contract';
import { expect } from 'vitest';
import { type FleetCall, isMutating, readFleetCalls } from './fleet-calls.ts';
import { type Eyes, makeEyes } from './incus-eyes.ts';
import type { Ran } from './programs.ts';
import { addCluster, type Stage } from './story.ts';

/** A cluster that stands, and what one does with its application file. The same on both worlds. */
export type ApplyStage = {
  name: string;
  /** `cluster apply NAME -a FILE` and more words. */
  apply(...more: string[]): Promise<Ran>;
  /** The plan, whole. */
  planned(...more: string[]): Promise<ApplyPlanView>;
  /** Puts other words into the file. */
  edit(change: (text: string) => string): void;
  /** What was sent to the servers, without what only looks, since the last time this was asked. */
  changes(): string[];
  eyes: Eyes;
  /** Of the member that is asked. */
  url: string;
};

export async function startApplyStage(stage: Stage, name: string): Promise<ApplyStage> {
  const { daemon, servers, files } = stage;
  const made = await addCluster(stage, name);
  expect(made, made.stderr).toMatchObject({ exit: 0 });
  const words = ['provisioning', 'cluster', 'apply', name, '-a', files.application];
  const calls = (): FleetCall[] => readFleetCalls(daemon.log).filter(isMutating);
  let seen = calls().length;
  const apply = (...more: string[]) => daemon.cli(...words, ...more);
  return {
    name,
    apply,
    async planned(...more) {
      const ran = await apply('--plan', '--format', 'json', ...more);
      expect(ran, ran.stderr).toMatchObject({ exit: 0 });
      return JSON.parse(ran.stdout) as ApplyPlanView;
    },
    edit: (change) => writeFileSync(files.application, change(readFileSync(files.application, 'utf8'))),
    changes() {
      const fresh = calls().slice(seen);
      seen += fresh.length;
      return fresh.map(({ method, path }) => `${method} ${path}`);
    },
    eyes: makeEyes(daemon),
    url: servers[0]?.url ?? '',
  };
}

/**
 * The file as it is; one profile and one key changed; both keys taken out again: each plan shows just these. What was sent
 * to the servers, time by time.
 */
export async function tellApplyStory(stage: ApplyStage): Promise<string[][]> {
  const { apply, planned, edit, changes, eyes, url } = stage;
  const sent: string[][] = [];
  const quiet = { exit: 0, stdout: expect.stringContaining('Nothing to change.') };
  // The file that made the cluster.
  expect(await apply()).toMatchObject(quiet);
  expect(await apply()).toMatchObject(quiet);
  sent.push(changes());

  edit((text) => text.replace('"My wonderful cluster"', '"Ours"').replace('limits.cpu: 2', 'limits.cpu: 3'));
  const plan = await planned();
  expect(plan).toMatchObject({ runnable: true, differences: [], problems: [], left: [], touches: [] });
  expect(plan.steps.map(({ target, changes: rows }) => [target, rows])).toEqual([
    ['profile/team/web', [{ what: 'config["limits.cpu"]', before: '2', after: '3' }]],
    ['server-config', [{ what: 'config["user.ui.title"]', before: 'My wonderful cluster', after: 'Ours' }]],
  ]);
  sent.push(changes());
  expect(await apply()).toMatchObject({ exit: 0, stdout: '' });
  sent.push(changes().sort());
  expect(await titleOf(stage)).toBe('Ours');
  expect(await apply()).toMatchObject(quiet);
  sent.push(changes());

  // What leaves the file leaves the cluster; what others set beside it stays.
  const web = await eyes.get<Profile>(url, '/1.0/profiles/web?project=team');
  const config = { ...web.config, 'limits.memory': '1GiB' };
  await eyes.change('PUT', url, '/1.0/profiles/web?project=team', { ...web, config });
  edit((text) => text.replace('config: {limits.cpu: 3}', 'config: {}').replace(/config:\n {2}user.*\n/, ''));
  expect(await apply('--yes')).toMatchObject({ exit: 0, stdout: '' });
  sent.push(changes().sort());
  expect((await eyes.get<Profile>(url, '/1.0/profiles/web?project=team')).config).toEqual({ 'limits.memory': '1GiB' });
  expect(await titleOf(stage)).toBeUndefined();
  return sent;
}

/** Nothing, nothing for a plan, one call an item, nothing again, one call an item. */
export const sentInApplyStory: string[][] = [[], [], both(), [], both()];

function both(): string[] {
  return ['PUT /1.0', 'PUT /1.0/profiles/web?project=team'];
}

/** Somebody else changed what the file changes, too: nothing is done until a side is chosen. */
export async function tellConflictStory(stage: ApplyStage): Promise<string> {
  const { apply, planned, edit, changes, eyes, url } = stage;
  const path = '/1.0/profiles/web?project=team';
  edit((text) => text.replace('For web servers', 'For the web'));
  await eyes.change('PUT', url, path, { ...(await eyes.get<Profile>(url, path)), description: 'By hand' });
  const name = 'profile/team/web:description';
  const plan = await planned();
  expect(plan).toMatchObject({ runnable: false, steps: [] });
  expect(plan.differences).toMatchObject([
    { kind: 'conflict', name, applied: 'For web servers', file: 'For the web', live: 'By hand', taken: null },
  ]);
  const refused = await apply();
  expect(refused).toMatchObject({ exit: 1, stderr: expect.stringContaining(`--take ${name}=file`) });
  expect(changes()).toEqual([]);
  expect(await apply('--take', `${name}=live`)).toMatchObject({ exit: 0 });
  expect(changes()).toEqual([]);
  // From now on the file is what was applied, and the hand's work a drift that stays until the file is taken.
  expect((await planned()).differences).toMatchObject([{ kind: 'drift', taken: 'live' }]);
  expect(await apply('--take', 'file')).toMatchObject({ exit: 0 });
  expect(changes()).toEqual([`PUT ${path}`]);
  return (await eyes.get<Profile>(url, path)).description;
}

const byHand = '/1.0/profiles/by-hand';

/**
 * Most of the file leaves it. Nothing goes without being asked for; what is used, may hold data or was changed by others
 * stays, with the reason; the rest goes, users first; a second time nothing is
 * left to do, until nobody uses the others any more. What that sent at the end.
 */
export async function tellPruneStory(stage: ApplyStage, stays: readonly [string, string][] = []): Promise<string[]> {
  const { apply, planned, edit, changes, eyes, url } = stage;
  const network =
    '  - name: plainbr0\n    type: bridge\n    config: {ipv4.address: 10.98.0.1/24, ipv6.address: none}\n';
  edit((text) => text.replace('networks:\n', `networks:\n${network}`));
  edit((text) => text.replace('storage_pools:\n', 'storage_pools:\n  - name: scratch\n    driver: dir\n'));
  expect(await apply('--yes', '--take', 'file')).toMatchObject({ exit: 0 });
  const devices = { eth0: { type: 'nic', network: 'teambr0' } };
  await eyes.change('POST', url, '/1.0/profiles', { name: 'by-hand', config: {}, devices });
  const web = '/1.0/profiles/web?project=team';
  await eyes.change('PUT', url, web, { ...(await eyes.get<Profile>(url, web)), config: {} });
  const front = await eyes.get<{ description: string }>(url, '/1.0/cluster/groups/front');
  await eyes.change('PUT', url, '/1.0/cluster/groups/front', { ...front, description: 'By hand' });
  edit((text) =>
    text
      .replace(/\nprojects:\n.*?\n(?=storage_pools:)/s, '\n')
      .replace(/ {2}- type: client\n {4}name: limited\n.*?\n\n/s, '\n')
      .replace('  - name: scratch\n    driver: dir\n', ''),
  );
  changes();
  expect(await planned()).toMatchObject({ steps: [], kept: [], left: expect.arrayContaining(['project/team']) });
  const plan = await planned('--prune');
  expect(plan).toMatchObject({ runnable: true, problems: [] });
  expect(new Map(plan.kept.map(({ item, why }) => [item, why]))).toEqual(
    new Map([
      ...stays,
      ['network/default/teambr0', 'used by profile by-hand'],
      ['storage-volume/local/default/shared', 'a volume may hold data: delete it by hand'],
      ['cluster-group/front', 'others changed description since it was applied'],
    ]),
  );
  const doomed = plan.steps.map(({ target }) => target?.replace(/[0-9a-f]{12}$/, 'limited'));
  expect(doomed.sort()).toEqual([
    ...['certificate/limited', 'network/default/plainbr0', 'profile/team/web', 'project/team', 'storage-pool/scratch'],
  ]);
  const refused = await apply('--prune');
  expect(refused).toMatchObject({ exit: 1, stderr: expect.stringContaining('would delete 5 items') });
  expect(changes()).toEqual([]);

  expect(await apply('--prune', '--yes')).toMatchObject({ exit: 0 });
  expect(changes().map((call) => call.replace(/[0-9a-f]{64}$/, 'limited'))).toEqual(
    expect.arrayContaining([
      'DELETE /1.0/certificates/limited',
      'DELETE /1.0/networks/plainbr0?project=default',
      'DELETE /1.0/profiles/web?project=team',
      'DELETE /1.0/projects/team',
      'DELETE /1.0/storage-pools/scratch',
    ]),
  );
  expect(await eyes.get<string[]>(url, '/1.0/projects')).toEqual(['/1.0/projects/default', '/1.0/projects/internal']);
  expect(await apply('--prune')).toMatchObject({ exit: 0, stdout: expect.stringContaining('Nothing to change.') });
  expect(changes()).toEqual([]);

  // Nobody uses the network any more, and the group is as we made it: now both may go.
  await eyes.change('DELETE', url, byHand, undefined);
  await eyes.change('PUT', url, '/1.0/cluster/groups/front', front);
  expect(await apply('--prune', '--yes')).toMatchObject({ exit: 0 });
  return changes().sort();
}

export const sentAtTheEndOfPruning: string[] = [
  'DELETE /1.0/cluster/groups/front',
  'DELETE /1.0/networks/teambr0?project=default',
  'PUT /1.0/cluster/groups/front',
];

type Profile = { description: string; config: Record<string, string>; devices: object };

const titleOf = async ({ eyes, url }: ApplyStage): Promise<string | undefined> =>
  (await eyes.get<{ config: Record<string, string> }>(url, '/1.0')).config['user.ui.title'];
