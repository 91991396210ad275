import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { HistoryMeasured } from './history-child.ts';
import { type Figure, ms, none, type Row } from './row.ts';

export const history: Row = {
  name: 'history',
  about: '100,000 instances and twice as many changes in a simulated week: as of then, what differs',
  run: ({ quick }) => measureOne(quick ? 10_000 : 100_000),
};

export const historyMillion: Row = {
  name: 'history-million',
  about: 'the same with 1,000,000 instances; takes half an hour, and is run when it is named only',
  isOnlyNamed: true,
  run: () => measureOne(1_000_000),
};

async function measureOne(count: number): Promise<Figure[]> {
  const bench = join(import.meta.dirname, '../bench.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [bench, 'child:history', String(count)]);
  const found = JSON.parse(stdout) as HistoryMeasured & { changes: number }; // printed by runHistoryChild
  const of = `${count.toLocaleString('en')} instances, ${found.changes.toLocaleString('en')} changes in 7 days`;
  const figure = (what: string, ours: string, target = none, met?: boolean): Figure => ({
    ...{ what: `${of}: ${what}`, ours, oc: none, floor: none, target, met },
  });
  const limit = (what: string, value: number): Figure => figure(what, ms(value), '≤ 200 ms', value <= 200);
  return [
    limit('a page of a cluster as of then, p95', found.listMs),
    limit('the first hundred by status as of then, p95', found.filteredMs),
    limit('first page of what differs, p95', found.diffMs),
    figure('totals of what differs', `${found.totalsS.toFixed(1)} s`),
    figure('the life of one object, p95', ms(found.historyMs)),
    figure(
      'on disk',
      `${Math.round(found.bytesPerChange)} B a change, ${Math.round(found.bytesOfDocument)} B an object`,
    ),
    figure('changes taken in from lists', `${Math.round(found.changesPerS).toLocaleString('en')}/s`),
  ];
}
