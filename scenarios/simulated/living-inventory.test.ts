import { type InventoryKind, inventoryKinds } from '@operations-center/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TrueObject } from '../lib/simulated-fleet.ts';
import { addCluster } from '../lib/story.ts';
import { startWorld, until, type World, writePageFiles } from '../lib/world.ts';

const CONTENT = ['--key', 'p256', '--speed', '50', '--instances-per-server', '40', '--projects', '2'];

let world: World;
beforeAll(async () => {
  world = await startWorld({ servers: 3, simulator: CONTENT });
  const stage = { daemon: world.daemon, servers: world.fleet.servers, files: await writePageFiles(world.directory) };
  expect(await addCluster(stage, 'wonderful')).toMatchObject({ exit: 0 });
});
afterAll(() => world.stop());

test('the inventory is the truth of a full cluster, and follows it through changes and a lost connection', async () => {
  const { fleet } = world;
  const instances = (await fleet.truth('server1')).filter(({ kind }) => kind === 'instance');
  expect(instances).toHaveLength(120);
  await untilTrue();

  expect(await fleet.change(300)).toBeGreaterThan(250);
  await untilTrue();

  // What happens while nobody can listen is found when somebody can again.
  await fleet.setFault('events-cut', '*');
  await fleet.change(200);
  await fleet.clearFault('events-cut', '*');
  await untilTrue();

  // Who uses an object changes without an event of that object: a scan brings it.
  expect(await world.daemon.cli('provisioning', 'cluster', 'resync', 'wonderful')).toMatchObject({ exit: 0 });
  expect(await differences((object) => object)).toEqual([]);
});

const withoutUsers = ({ used_by: _u, ...object }: Record<string, unknown>): unknown => object;

async function untilTrue(): Promise<void> {
  let found: string[] = [];
  const look = async (): Promise<boolean> => (found = await differences(withoutUsers)).length === 0;
  await until('the inventory to be the truth', look, 30_000).catch((error: unknown) => {
    throw new Error(`${found.length} differ: ${found.slice(0, 6).join('\n')}`, { cause: error });
  });
}

/** What is in one and not in the other, as text. */
async function differences(look: (object: Record<string, unknown>) => unknown): Promise<string[]> {
  const kinds = Object.keys(inventoryKinds) as InventoryKind[]; // as: the keys of a constant
  const truth = (await world.fleet.truth('server1')).filter(({ kind }) => kind in inventoryKinds);
  const ours = (await Promise.all(kinds.map(inventoryOf))).flat();
  const textOf = ({ kind, parent, object }: TrueObject): string => JSON.stringify([kind, parent, sorted(look(object))]);
  const [theirs, mine] = [new Set(truth.map(textOf)), new Set(ours.map(textOf))];
  return [...theirs].filter((one) => !mine.has(one)).concat([...mine].filter((one) => !theirs.has(one)));
}

/** What was read before and has not changed keeps the order that its keys had then. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, part]) => [key, sorted(part)]));
}

type Item = { project_name?: string; parent_name?: string; object: Record<string, unknown> };

async function inventoryOf(kind: InventoryKind): Promise<TrueObject[]> {
  const path = `/1.0/inventory/${inventoryKinds[kind].segment}?recursion=1&cluster=wonderful`;
  const reply = await world.daemon.send({ method: 'GET', path, headers: {}, body: undefined, signal: undefined });
  const { metadata } = JSON.parse(reply.text) as { metadata: Item[] };
  return metadata.map(({ project_name = '', parent_name = '', object }) => ({
    kind,
    project: project_name,
    parent: parent_name,
    object,
  }));
}
