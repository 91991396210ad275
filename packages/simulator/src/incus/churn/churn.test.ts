import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { TrueObject } from '../content.ts';
import type { Loose } from '../testing.ts';
import { formFullCluster, makeTestWorld, settle } from '../testing.ts';
import { TRUE_KINDS } from '../truth.ts';

async function livingWorld() {
  const world = await makeTestWorld(3, {}, { seed: 'churn', instancesPerServer: 40, projects: 2 });
  await formFullCluster(world.ask, 3);
  world.members[0]?.grow({ seed: 'churn', instancesPerServer: 40, projects: 2 });
  const heard: Loose[] = [];
  world.members[0]?.openEvents(
    {
      method: 'GET',
      path: '/1.0/events',
      query: new URLSearchParams('type=lifecycle&all-projects=true'),
      headers: {},
      body: Buffer.alloc(0),
      clientFingerprint: world.administrator.fingerprint,
      clientCertificatePem: undefined,
      signal: new AbortController().signal,
    },
    (text) => heard.push(JSON.parse(text)),
    () => {},
  );
  const truth = async () => (await world.members[1]?.truth(TRUE_KINDS)) ?? [];
  return { ...world, heard, truth };
}

const nameOf = ({ object }: TrueObject): string =>
  String(object['listen_address'] ?? object['fingerprint'] ?? object['name']);
const keyOf = (one: TrueObject): string =>
  JSON.stringify([one.kind, one.project, one.parent, one.object['type'], one.object['location'], nameOf(one)]);
/** What an object is by itself: not who uses it, nor what its profiles lend it. */
const own = ({
  object: { used_by: _u, expanded_config: _c, expanded_devices: _d, snapshots, ...rest },
}: TrueObject) => ({
  ...rest,
  snapshots: Array.isArray(snapshots) ? snapshots.map(({ name }) => name) : [],
});

/** Everything that is otherwise than it was, by name. */
function changed(before: readonly TrueObject[], after: readonly TrueObject[]): TrueObject[] {
  const known = new Map(before.map((one) => [keyOf(one), one]));
  const still = new Set(after.map(keyOf));
  const gone = before.filter((one) => !still.has(keyOf(one)));
  return [
    ...gone,
    ...after.filter((one) => {
      const was = known.get(keyOf(one));
      return was === undefined || !isDeepStrictEqual(own(was), own(one));
    }),
  ];
}

describe('churn', () => {
  it('changes objects of every kind, and every change is told by an event that names it', async () => {
    const { world, heard, truth } = await livingWorld();
    const before = await truth();
    await world.churn.step(800);
    const found = changed(before, await truth());
    const told = new Set(
      heard.flatMap(({ metadata: { source, context, action } }) => {
        const path = source.split('?')[0].split('/').map(decodeURIComponent);
        // A project brings its profile along; a volume with a snapshot is told of with its project in front.
        return [
          ...path,
          ...path.map((part: string) => part.replace(/^[^_]*_/, '')),
          context?.old_name,
          action.startsWith('project-') ? 'default' : undefined,
        ];
      }),
    );
    const untold = found.filter((one) => !told.has(nameOf(one)));
    expect(untold.map(keyOf)).toEqual([]);
    expect(new Set(found.map(({ kind }) => kind))).toEqual(new Set(TRUE_KINDS.filter((kind) => !FIXED.includes(kind))));
    const { changes, refused, last_refusal } = world.churn.state();
    expect(changes, last_refusal).toBeGreaterThan(700);
    expect(changes + refused).toBe(800);
    expect(heard.length).toBeGreaterThanOrEqual(changes);
  });

  it('is the same story for the same seed', async () => {
    const story = async () => {
      const { world, truth } = await livingWorld();
      await world.churn.step(200);
      return truth();
    };
    expect(await story()).toEqual(await story());
  });

  it('goes on at its rate by the simulated clock, and stands still when it is paused', async () => {
    const { world, advance } = await livingWorld();
    await world.churn.set({ rate: 50 });
    const after = async (seconds: number): Promise<number> => {
      for (let tick = 0; tick < seconds * 50; tick += 1) await advance(20);
      const { changes, refused } = world.churn.state();
      return changes + refused;
    };
    const done = await after(2);
    expect(done).toBeGreaterThan(90);
    expect(done).toBeLessThanOrEqual(100);
    const paused = world.churn.set({ paused: true });
    await settle();
    await paused;
    const stopped = await after(0);
    expect(await after(2)).toBe(stopped);
    await world.churn.set({ paused: false });
    expect(await after(1)).toBeGreaterThan(stopped + 40);
  });

  it('does nothing where nothing has grown', async () => {
    const { world } = await makeTestWorld(1);
    await world.churn.step(3);
    expect(world.churn.state()).toMatchObject({ changes: 0, refused: 0 });
  });
});

/** Nothing makes or edits them. */
const FIXED = ['storage_pool', 'network_integration', 'network_zone', 'network_peer', 'cluster_group'];
