import { type InventoryKind, inventoryKinds } from '@operations-center/contract';
import type { Daemon } from './daemon.ts';
import type { SimulatedFleet, TrueObject } from './simulated-fleet.ts';

type Look = (object: Record<string, unknown>) => unknown;

/** Who uses an object changes without an event of that object: a scan brings it. */
export const withoutUsers: Look = ({ used_by: _u, ...object }) => object;

/** What is in the inventory and not in the cluster of this server, and the other way round, as texts. */
export async function differences(
  { daemon, fleet }: { daemon: Daemon; fleet: SimulatedFleet },
  { cluster, server }: { cluster: string; server: string },
  look: Look,
): Promise<string[]> {
  const kinds = Object.keys(inventoryKinds) as InventoryKind[]; // as: the keys of a constant
  const truth = (await fleet.truth(server)).filter(({ kind }) => kind in inventoryKinds);
  const ours = (await Promise.all(kinds.map((kind) => inventoryOf(daemon, cluster, kind)))).flat();
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

async function inventoryOf(daemon: Daemon, cluster: string, kind: InventoryKind): Promise<TrueObject[]> {
  const path = `/1.0/inventory/${inventoryKinds[kind].segment}?recursion=1&cluster=${cluster}`;
  const reply = await daemon.send({ method: 'GET', path, headers: {}, body: undefined, signal: undefined });
  const { metadata } = JSON.parse(reply.text) as { metadata: Item[] };
  return metadata.map(({ project_name = '', parent_name = '', object }) => ({
    kind,
    project: project_name,
    parent: parent_name,
    object,
  }));
}
