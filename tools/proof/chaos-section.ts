import { runStorms, type StormRow } from '../../scenarios/lib/chaos.ts';
import { listKillPoints } from '../../scenarios/lib/kill-matrix.ts';
import { smallDiskObstacle } from '../../scenarios/lib/small-disk.ts';
import { type ChaosRow, listCalls, type Order, runChaos } from './chaos.ts';
import { type Creations, prepareCreations } from './creation-world.ts';
import type { Call } from './schedule.ts';
import { lanes, type Proof, partOf, type Section, type Size } from './section.ts';

export const chaos: Section = {
  name: 'chaos',
  title: 'Chaos',
  about:
    'A creation of three under a schedule that its seed makes: crashes, servers that fail, cut connections, silence, slow and wrong answers, refused records, clocks that jump. *In line*: one step after the other, told twice, and both tellings are the same record by record and call by call. *Side by side*: as the daemon works. *Storms*: real daemons and sockets, SIGKILL, power cuts, a state directory on a disk that fills up. Where the operation asks, the servers are mended and a seeded choice is taken: retry or undo.',
  async prove(size) {
    const proof: Proof = { lines: [], notes: [], wrong: [] };
    const creations = await prepareCreations(3);
    try {
      const calls = await listCalls(creations);
      await inProcess(proof, size, { creations, calls, order: 'in line', seeds: seedsOf(partOf(300, size, 20)) });
      await inProcess(proof, size, { creations, calls, order: 'side by side', seeds: seedsOf(partOf(500, size, 20)) });
    } finally {
      creations.end();
    }
    await storms(proof, size);
    return proof;
  },
};

const seedsOf = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

type Tries = { creations: Creations; calls: readonly Call[]; order: Order; seeds: readonly number[] };

async function inProcess(proof: Proof, size: Size, { creations, calls, order, seeds }: Tries): Promise<void> {
  const started = performance.now();
  const rows: ChaosRow[] = [];
  let retold = 0;
  for (const seed of seeds) {
    const row = await runChaos(creations, { seed, calls, order });
    rows.push(row);
    proof.wrong.push(...row.wrong.map((what) => `in process, ${order}, seed ${seed}: ${what}`));
    if (order === 'in line') {
      const again = await runChaos(creations, { seed, calls, order });
      if (JSON.stringify(again) === JSON.stringify(row)) retold += 1;
      else proof.wrong.push(`seed ${seed}: its second telling is another one`);
    }
    if (seed % 50 === 0) size.say(`chaos in process, ${order}: ${seed}`);
  }
  proof.lines.push(lineOf(`in process, ${order}`, rows, (performance.now() - started) / 1000));
  const sum = (of: (row: ChaosRow) => number): number => rows.reduce((total, row) => total + of(row), 0);
  const same = order === 'in line' ? `; told twice and the same: ${retold} of ${rows.length}` : '';
  proof.notes.push(
    `In process, ${order}: crashes ${sum((row) => row.crashes)}, mishaps of calls ${sum((row) => row.mishaps)}, paused and resumed ${sum((row) => row.resumed)}, choices taken ${choicesOf(rows)}${same}.`,
  );
}

async function storms(proof: Proof, size: Size): Promise<void> {
  const seeds = seedsOf(partOf(150, size, 6));
  const rows = await runStorms({ seeds, points: await listKillPoints(3), lanes }, ({ seed, outcome }) =>
    size.say(`storm ${seed}: ${outcome}`),
  );
  proof.wrong.push(...rows.flatMap(({ seed, wrong }) => wrong.map((what) => `storm ${seed}: ${what}`)));
  proof.lines.push(lineOf('storms', rows, rows.reduce((sum, row) => sum + row.seconds, 0) / lanes));
  const sum = (of: (row: StormRow) => number): number => rows.reduce((total, row) => total + of(row), 0);
  const refused = rows.filter(({ outcome }) => outcome === 'refused').length;
  proof.notes.push(
    `Storms: SIGKILL ${sum((row) => row.kills)}, mishaps of calls ${sum((row) => row.mishaps)}, power cuts ${sum((row) => row.powerCuts)}, full disks ${smallDiskObstacle() ?? sum((row) => row.fullDisks)}, paused and resumed ${sum((row) => row.resumed)}, choices taken ${choicesOf(rows)}; refused before anything was begun (counted as undone): ${refused}.`,
  );
}

type Row = { outcome: string; choices: readonly string[]; wrong: readonly string[] };

const choicesOf = (rows: readonly Row[]): string => {
  const taken = rows
    .flatMap(({ outcome, choices }) => (outcome === 'refused' ? [] : choices))
    .map((choice) => choice.split(' ')[0] ?? '');
  const count = (exit: string): number => taken.filter((choice) => choice === exit).length;
  return `retry ${count('retry')}, undo ${count('undo')}`;
};

const lineOf = (what: string, rows: readonly Row[], seconds: number) => {
  const count = (is: (row: Row) => boolean): number => rows.filter(is).length;
  const says = (text: string): number => count(({ wrong }) => wrong.some((one) => one.includes(text)));
  return {
    what,
    runs: rows.length,
    finished: count(({ outcome }) => outcome === 'finished'),
    undone: count(({ outcome }) => outcome === 'undone' || outcome === 'refused'),
    attention: count(({ outcome, choices }) => outcome !== 'refused' && choices.length > 0),
    lost: count(({ wrong }) => wrong.length > 0),
    doubled: says('doubled'),
    left: says('left: '),
    seconds,
  };
};
