import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Fault } from '../../packages/contract/src/index.ts';
import { itemFieldsOf } from '../../packages/daemon/src/domains/inventory/filters/item-fields.ts';
import { makeHistoryService } from '../../packages/daemon/src/domains/inventory/history/history.service.ts';
import { type ListWish, makeListService } from '../../packages/daemon/src/domains/inventory/lists/lists.service.ts';
import { queryAnswer } from '../../packages/daemon/src/domains/inventory/query/query-inventory.service.ts';
import { rowKindOf } from '../../packages/daemon/src/domains/inventory/scan/scanned-kinds.ts';
import { askedWords } from '../../packages/daemon/src/domains/inventory/search/words.ts';
import {
  type InventoryPlace,
  openInventory,
} from '../../packages/daemon/src/domains/inventory/threads/inventory-place.store.ts';
import { makeInventoryThread } from '../../packages/daemon/src/domains/inventory/threads/inventory-thread.store.ts';
import { systemClock } from '../../packages/daemon/src/platform/clock.ts';
import { readFilter } from '../../packages/daemon/src/platform/list-filter.ts';
import { createPostgresDatabase, startPostgres } from '../../packages/database/src/testing/postgres-server.ts';
import { makeInstanceLists } from './instance-lists.ts';
import { quantile } from './row.ts';

export type InventoryMeasured = {
  bytesPerObject: number;
  syncS: number;
  rescanS: number;
  rescanWrites: number;
  firstPageMs: number;
  middlePageMs: number;
  nameMs: number;
  statusMs: number;
  /** Null: it was refused, as it takes longer than a request may. */
  unindexedMs: number | null;
  searchMs: number;
  queryMs: number;
  eventsPerS: number;
  listAllS: number;
  loopMs: number;
  rssMb: number;
  diskMb: number;
};

const repeated = 60;
const events = 2_000;
const signal = new AbortController().signal;

/** What takes too long is refused in the product: that is the figure. */
function nullIfRefused(error: unknown): null {
  if (error instanceof Fault && error.code === 'filter_too_slow') return null;
  throw error;
}

/** The inventory's own part alone: threads and a database, fed with what Incus would answer. */
export async function runInventoryChild(count: number, dialect: string): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'bench-inventory-'));
  const file = join(directory, 'inventory.db');
  if (dialect === 'postgres') await startPostgres();
  const place: InventoryPlace =
    dialect === 'postgres' ? { kind: 'postgres', url: await createPostgresDatabase() } : { kind: 'sqlite', path: file };
  const keys = { key: randomBytes(32), older: [] };
  const database = await openInventory(place, keys);
  const [work, pages] = [makeInventoryThread({ place, keys }), makeInventoryThread({ place, keys })];
  const history = makeHistoryService({
    database,
    work,
    pages,
    kept: () => ({ days: 90, bytes: 1e12 }),
    clock: systemClock,
  });
  const lists = makeListService({ database, pages, history, isCompiled: () => true, clock: systemClock });
  const instances = await makeInstanceLists(count, directory);
  let asked = 0;
  const applyAll = async (): Promise<{ seconds: number; writes: number; bytes: number }> => {
    const sum = { seconds: 0, writes: 0, bytes: 0 };
    for (let cluster = 0; cluster < instances.clusters; cluster += 1) {
      const bytes = await instances.list(cluster);
      sum.bytes += bytes.byteLength;
      const began = performance.now();
      const applied = await work.applyList({
        rowKind: rowKindOf('instance'),
        ...{ cluster: `cluster${cluster}`, servers: instances.servers, parent: undefined, bytes },
        ...{ last_updated: new Date().toISOString(), asked: ++asked },
      });
      sum.seconds += (performance.now() - began) / 1_000;
      if (applied.kind === 'unreadable') throw new Error(applied.reason);
      sum.writes += applied.result.added + applied.result.changed + applied.result.removed;
    }
    return sum;
  };
  const sync = await applyAll();
  if (sync.writes !== count) throw new Error(`${sync.writes} objects were written, not ${count}`);
  const rescan = await applyAll();
  const wishOf = (filter?: string, more: Partial<ListWish> = {}): ListWish => ({
    conditions: { kind: 'instance' },
    wanted: readFilter(filter, itemFieldsOf('instance')),
    ...{ limit: 100, ...more },
  });
  const p95 = async (run: (n: number) => Promise<unknown>, times = repeated): Promise<number> => {
    const took: number[] = [];
    for (let n = 0; n < times; n += 1) {
      const began = performance.now();
      await run(n);
      took.push(performance.now() - began);
    }
    return quantile(took, 0.95);
  };
  const place95 = async (filter?: string): Promise<number> => p95(() => lists.read(wishOf(filter), signal));
  const name = instances.nameOf(17);
  const cursors = await cursorsIn(lists, wishOf, instances.clusters);
  const measured: InventoryMeasured = {
    bytesPerObject: sync.bytes / count,
    syncS: sync.seconds,
    rescanS: rescan.seconds,
    rescanWrites: rescan.writes,
    firstPageMs: await place95(),
    middlePageMs: await p95((n) => lists.read(wishOf(undefined, cursors[n % cursors.length]), signal)),
    nameMs: await place95(`name == ${JSON.stringify(name)}`),
    statusMs: await place95('object.status == "Stopped"'),
    unindexedMs: await p95(() => lists.count(wishOf('object.description == "nobody has this"'), signal), 3).catch(
      nullIfRefused,
    ),
    searchMs: await p95(() => pages.searchObjects({ words: askedWords(instances.address), limit: 50 })),
    queryMs: await p95(async (n) => {
      const wanted = { kinds: ['instance'], only: {}, wanted: undefined };
      const clusters = [`cluster${n % instances.clusters}`];
      for await (const _ of await queryAnswer(pages, wanted, { clusters, now_ms: 0 })) continue;
    }, 10),
    eventsPerS: 0,
    ...(await listAll(lists, wishOf)),
    rssMb: 0,
    diskMb: 0,
  };
  const began = performance.now();
  for (let n = 0; n < events; n += 1) await changeOne(n);
  measured.eventsPerS = events / ((performance.now() - began) / 1_000);
  measured.rssMb = Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? 0) / 1_000;
  measured.diskMb = (await sizeOf()) / 1e6;
  process.stdout.write(JSON.stringify(measured));
  await Promise.all([work.close(), pages.close()]);
  await database.close();
  rmSync(directory, { recursive: true });

  async function changeOne(n: number): Promise<void> {
    const { cluster, object, uuid } = instances.changed(n);
    await work.applyObject({
      rowKind: rowKindOf('instance'),
      ...{ cluster: `cluster${cluster}`, servers: instances.servers, parent: undefined, uuid },
      bytes: Buffer.from(JSON.stringify({ metadata: object })),
      ...{ last_updated: new Date().toISOString(), asked: Date.now() * 1_000 + n },
    });
  }

  async function sizeOf(): Promise<number> {
    if (place.kind === 'sqlite') return statSync(place.path).size;
    const [row] = await database.rows<{ size: string }>('select pg_database_size(current_database()) as size', []);
    return Number(row?.size ?? 0);
  }
}

/** Where pages in the middle of the list begin. */
async function cursorsIn(
  lists: ReturnType<typeof makeListService>,
  wishOf: (filter?: string, more?: Partial<ListWish>) => ListWish,
  clusters: number,
): Promise<Partial<ListWish>[]> {
  const found: Partial<ListWish>[] = [];
  for (let cluster = 0; cluster < Math.min(20, clusters); cluster += 1) {
    const conditions = { kind: 'instance' as const, cluster: `cluster${cluster}` };
    const { cursor } = await lists.read(wishOf(undefined, { conditions }), signal);
    if (cursor !== undefined) found.push({ conditions, cursor });
  }
  return found;
}

/** OC's plain list of everything, as fast as it can be taken; how long others wait for the loop meanwhile. */
async function listAll(
  lists: ReturnType<typeof makeListService>,
  wishOf: (filter?: string, more?: Partial<ListWish>) => ListWish,
): Promise<{ listAllS: number; loopMs: number }> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const { limit: _, ...plain } = wishOf();
  delay.enable();
  const began = performance.now();
  const answer = await lists.read(plain, signal);
  if ('stream' in answer) for await (const piece of answer.stream) void piece.byteLength;
  delay.disable();
  return { listAllS: (performance.now() - began) / 1_000, loopMs: delay.percentile(99) / 1e6 };
}
