import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stampOf } from '../../packages/daemon/src/domains/inventory/history/microseconds.ts';
import { rowKindOf } from '../../packages/daemon/src/domains/inventory/scan/scanned-kinds.ts';
import { openInventory } from '../../packages/daemon/src/domains/inventory/threads/inventory-place.store.ts';
import { makeInventoryWork } from '../../packages/daemon/src/domains/inventory/threads/inventory-work.store.ts';
import { seededRandom } from '../../packages/simulator/src/random.ts';
import { makeInstanceLists } from './instance-lists.ts';
import { quantile } from './row.ts';

export type HistoryMeasured = {
  bytesPerChange: number;
  bytesOfDocument: number;
  listMs: number;
  filteredMs: number;
  diffMs: number;
  totalsS: number;
  historyMs: number;
  changesPerS: number;
  rssMb: number;
};

const repeated = 40;
const weekUs = 7 * 86_400_000_000;
const startUs = Date.parse('2026-01-01T00:00:00Z') * 1_000;

type Instance = Record<string, unknown> & { name: string };

/** So many objects, as many changes in seven days of the policy clock, and questions about times in between. */
export async function runHistoryChild(count: number): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'bench-history-'));
  const path = join(directory, 'inventory.db');
  const db = await openInventory({ kind: 'sqlite', path }, { key: randomBytes(32), older: [] });
  const work = makeInventoryWork(db);
  const lists = await makeInstanceLists(count, directory);
  const random = seededRandom('history');
  let asked = 0;
  const apply = async (cluster: number, bytes: Buffer, atUs: number): Promise<number> => {
    const applied = await work.applyList({
      rowKind: rowKindOf('instance'),
      ...{ cluster: `cluster${cluster}`, servers: lists.servers, parent: undefined, bytes },
      ...{ last_updated: stampOf(atUs), asked: ++asked },
    });
    if (applied.kind === 'unreadable') throw new Error(applied.reason);
    const { added, changed, removed } = applied.result;
    return added + changed + removed;
  };
  const sizeOf = (): number => statSync(path).size;
  for (let cluster = 0; cluster < lists.clusters; cluster += 1)
    await apply(cluster, await lists.list(cluster), startUs);
  const before = sizeOf();
  let changes = 0;
  const began = performance.now();
  // A fifth of each cluster, five times in the week: changed, gone, come back.
  for (let round = 1; round <= 5; round += 1)
    for (let cluster = 0; cluster < lists.clusters; cluster += 1) {
      const { metadata } = JSON.parse((await lists.list(cluster)).toString()) as { metadata: Instance[] }; // as Incus answers
      const objects = metadata.flatMap((one, index) => changedIn(round, index, one));
      const atUs = startUs + (weekUs * round) / 6 + cluster * 1_000_000;
      changes += await apply(cluster, Buffer.from(JSON.stringify({ metadata: objects })), atUs);
    }
  const seconds = (performance.now() - began) / 1_000;
  const someTime = (): number => startUs + Math.floor((0.1 + 0.8 * random()) * weekUs);
  const p95 = async (times: number, run: () => Promise<unknown>): Promise<number> => {
    const took: number[] = [];
    for (let n = 0; n < times; n += 1) {
      const start = performance.now();
      await run();
      took.push(performance.now() - start);
    }
    return quantile(took, 0.95);
  };
  const list = { now_ms: 0, expression: 'true', limit: 100 };
  const clusterOf = (): string => `cluster${Math.floor(random() * lists.clusters)}`;
  const window = (): { from: number; to: number } => {
    const [a, b] = [someTime(), someTime()];
    return { from: Math.min(a, b), to: Math.max(a, b) };
  };
  const uuid = lists.changed(1).uuid;
  const measured: HistoryMeasured = {
    bytesPerChange: (sizeOf() - before) / changes,
    bytesOfDocument: before / count,
    listMs: await p95(repeated, () =>
      work.readFiltered({ ...list, filter: { kind: 'instance', cluster: clusterOf() }, as_of: someTime() }),
    ),
    filteredMs: await p95(repeated, () =>
      work.readFiltered({
        ...list,
        filter: { kind: 'instance' },
        as_of: someTime(),
        expression: 'object.status == "Stopped"',
      }),
    ),
    diffMs: await p95(repeated, () => work.readDiff({ ...window(), limit: 100 })),
    totalsS: (await p95(1, () => work.countDiff({ from: startUs + 1, to: startUs + weekUs }))) / 1_000,
    historyMs: await p95(repeated, () => work.readHistory({ kind: 'instance', uuid, limit: 100 })),
    changesPerS: changes / seconds,
    rssMb: Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? 0) / 1_000,
  };
  process.stdout.write(JSON.stringify({ ...measured, changes }));
  await db.close();
  rmSync(directory, { recursive: true });
}

/** In each round another fifth is not as it was at first. */
function changedIn(round: number, index: number, one: Instance): Instance[] {
  if (index % 5 !== round % 5) return [one];
  if (index % 50 === round) return [];
  return [{ ...one, status: 'Stopped', description: `round ${round}` }];
}
