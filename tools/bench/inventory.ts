import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findPostgresObstacle } from '../../packages/database/src/testing/postgres-server.ts';
import type { InventoryMeasured } from './inventory-child.ts';
import { type Figure, ms, none, type Row } from './row.ts';

const sizes = (quick: boolean): number[] => (quick ? [10_000] : [10_000, 100_000]);

/** The inventory alone: what Incus would answer goes in, lists come out; threads and databases as in the daemon. */
export const inventory: Row = {
  name: 'inventory',
  about: '10,000 and 100,000 instances on SQLite and PostgreSQL: in, out, searched, changed',
  run: ({ quick, say }) => measureAll(sizes(quick), say),
};

export const inventoryMillion: Row = {
  name: 'inventory-million',
  about: 'the same with 1,000,000 instances; takes half an hour, and is run when it is named only',
  isOnlyNamed: true,
  run: ({ say }) => measureAll([1_000_000], say),
};

async function measureAll(counts: readonly number[], say: (text: string) => void): Promise<Figure[]> {
  const dialects = findPostgresObstacle() === null ? ['sqlite', 'postgres'] : ['sqlite'];
  const found: Figure[] = [];
  for (const count of counts)
    for (const dialect of dialects) {
      say(`${count} instances on ${dialect}`);
      const bench = join(import.meta.dirname, '../bench.ts');
      const { stdout } = await promisify(execFile)(process.execPath, [
        bench,
        'child:inventory',
        String(count),
        dialect,
      ]);
      found.push(...figuresOf(count, dialect, JSON.parse(stdout) as InventoryMeasured)); // printed by runInventoryChild
    }
  return found;
}

function figuresOf(count: number, dialect: string, found: InventoryMeasured): Figure[] {
  const of = `${count.toLocaleString('en')} instances, ${dialect === 'sqlite' ? 'SQLite' : 'PostgreSQL'}`;
  const figure = (what: string, ours: string, target = none, met?: boolean, oc = none): Figure => ({
    ...{ what: `${of}: ${what}`, ours, oc, floor: none, target, met },
  });
  const limit = (what: string, value: number, most: number, oc = none): Figure =>
    figure(what, ms(value), `≤ ${most} ms`, value <= most, oc);
  const isHundred = count === 100_000;
  const syncLimit = 300;
  return [
    figure(
      'full sync',
      `${found.syncS.toFixed(1)} s, ${Math.round(found.bytesPerObject)} B each`,
      `≤ ${syncLimit} s`,
      found.syncS <= syncLimit,
    ),
    figure(
      'unchanged rescan',
      `${found.rescanS.toFixed(1)} s, ${found.rescanWrites} writes`,
      '0 writes',
      found.rescanWrites === 0,
    ),
    limit('first page of 100, p95', found.firstPageMs, 50),
    limit('page in the middle, p95', found.middlePageMs, 50),
    limit('by name, p95', found.nameMs, 5, isHundred ? '15.7 s' : none),
    limit('by status, first 100, p95', found.statusMs, 100, isHundred ? '14.9 s' : none),
    figure(
      'by a field without an index, all compared',
      found.unindexedMs === null ? 'refused after 30 s' : ms(found.unindexedMs),
    ),
    figure('search for an address, p95', ms(found.searchMs)),
    figure('query of one cluster, whole', ms(found.queryMs)),
    figure('changes taken in, one by one', `${Math.round(found.eventsPerS).toLocaleString('en')}/s`),
    figure(
      'list of all, streamed',
      `${found.listAllS.toFixed(1)} s`,
      none,
      undefined,
      isHundred ? '19.5 s, 2.6 GB' : none,
    ),
    limit('the loop of the main thread meanwhile, p99', found.loopMs, 20),
    figure('memory at most, with who asks', `${Math.round(found.rssMb)} MB`, '≤ 1,024 MB', found.rssMb <= 1_024),
    figure('on disk', `${Math.round(found.diskMb).toLocaleString('en')} MB`),
  ];
}
