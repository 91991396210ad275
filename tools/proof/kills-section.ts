import { findPostgresObstacle } from '../../packages/database/src/testing/postgres-server.ts';
import { listApplyPoints, runApplyKills } from '../../scenarios/lib/apply-kills.ts';
import { type KillOptions, type KillRow, listKillPoints, runKillMatrix } from '../../scenarios/lib/kill-matrix.ts';
import { choosePoints } from '../../scenarios/lib/kill-points.ts';
import { seededNumbers } from '../../scenarios/lib/random.ts';
import { type HarnessRow, proveCreation } from './creation-harness.ts';
import { type Line, lanes, type Proof, partOf, type Section, type Size, seed } from './section.ts';

const sizes = [1, 3, 5];
/** No way back writes more records than this, before and after. */
const longestWay = 300;

export const kills: Section = {
  name: 'kills',
  title: 'Killed at every record',
  about:
    'A creation with the files of the user’s page, of 1, 3 and 5 members: *in process*, a crash before and after every record of every step, forward and on the ways back from each step that fails, also two in a row; *SIGKILL*, the real daemon process at the same records; *two daemons*, one of them killed. And applying a changed file to a living cluster of 3, deletions included.',
  async prove(size) {
    const proof: Proof = { lines: [], notes: [], wrong: [] };
    for (const members of size.quick ? [3] : sizes) {
      const rows = await proveCreation({
        members,
        seed: String(seed),
        pairs: partOf(200, size, 10),
        ...(size.quick || size.part < 1 ? { pointsOfAWay: partOf(longestWay, size, 1) } : {}),
        report: ({ what, runs, problems }) =>
          size.say(`in process, ${members}: ${what}: ${runs}, ${problems.length} wrong`),
      });
      proof.lines.push(...rows.map(harnessLine));
      proof.wrong.push(
        ...rows.flatMap(({ what, problems }) => problems.map((problem) => `${members}, ${what}: ${problem}`)),
      );
    }
    for (const members of size.quick ? [3] : sizes) {
      const all = await listKillPoints(members);
      const points = choosePoints(all, partOf(all.length, size, 8), seededNumbers(seed));
      await killAt(proof, size, { members, points, lanes });
    }
    await killOneOfTwo(proof, size);
    await killApplying(proof, size);
    return proof;
  },
};

const harnessLine = ({ members, what, runs, finished, undone, problems, seconds }: HarnessRow): Line => ({
  what: `in process, ${members}: ${what}`,
  runs,
  finished,
  undone,
  attention: 0,
  lost: problems.length,
  doubled: problems.filter((problem) => problem.includes('doubled: ')).length,
  left: problems.filter((problem) => problem.includes('rows are left: ')).length,
  seconds,
});

async function killOneOfTwo(proof: Proof, size: Size): Promise<void> {
  const obstacle = findPostgresObstacle();
  if (obstacle !== null) {
    proof.notes.push(`Two daemons: not tried, ${obstacle}.`);
    return;
  }
  const all = await listKillPoints(3);
  const points = choosePoints(all, partOf(60, size, 4), seededNumbers(seed));
  await killAt(proof, size, { members: 3, points, lanes, daemons: 2 });
}

async function killApplying(proof: Proof, size: Size): Promise<void> {
  const all = await listApplyPoints();
  const report = ({ way, point, outcome }: KillRow) => size.say(`SIGKILL: ${way}, ${point}: ${outcome}`);
  const points = choosePoints(all, partOf(all.length, size, 6), seededNumbers(seed));
  addRows(proof, 'SIGKILL, 3', await runApplyKills({ points }, report));
  // Without PostgreSQL it is said above that two daemons were not tried.
  if (findPostgresObstacle() !== null) return;
  const some = choosePoints(all, partOf(40, size, 4), seededNumbers(seed));
  addRows(proof, 'two daemons, one gets SIGKILL, 3', await runApplyKills({ points: some, daemons: 2 }, report));
}

/** A line for each way. */
function addRows(proof: Proof, who: string, rows: readonly KillRow[]): void {
  for (const [way, own] of Map.groupBy(rows, (row) => row.way)) {
    const mine = own.filter(({ outcome }) => outcome !== 'not met');
    const name = way === 'again' ? 'the servers used once more' : way;
    if (mine.length > 0) proof.lines.push(killLine(`${who}: ${name}`, mine));
  }
  proof.wrong.push(
    ...rows.flatMap(({ way, point, wrong }) => wrong.map((what) => `${who}, ${way}, ${point}: ${what}`)),
  );
}

async function killAt(proof: Proof, size: Size, options: KillOptions): Promise<void> {
  const rows = await runKillMatrix(options, ({ members, way, point, outcome }) =>
    size.say(`SIGKILL, ${members}: ${way}, ${point}: ${outcome}`),
  );
  const who = options.daemons === 2 ? 'two daemons, one gets SIGKILL' : 'SIGKILL';
  addRows(proof, `${who}, ${options.members}`, rows);
}

const killLine = (what: string, rows: readonly KillRow[]): Line => ({
  what,
  runs: rows.length,
  finished: rows.filter(({ outcome }) => outcome === 'finished').length,
  undone: rows.filter(({ outcome }) => outcome === 'undone').length,
  attention: rows.filter(({ outcome }) => outcome === 'needs_attention').length,
  lost: rows.filter(({ wrong }) => wrong.length > 0).length,
  doubled: rows.reduce((sum, row) => sum + row.doubled, 0),
  left: rows.reduce((sum, row) => sum + row.left, 0),
  seconds: rows.reduce((sum, row) => sum + row.seconds, 0) / lanes,
});
