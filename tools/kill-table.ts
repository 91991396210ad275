/**
 * `npm run chaos`: kills a real daemon with SIGKILL before and after the start and the success of every named step of a creation,
 * starts it again, and prints what became of it: finished with exactly the wanted members, nothing doubled.
 */
import { type KillPoint, killTableText, runKillTable, stepsOfCreation } from '../scenarios/lib/kill-table.ts';
import { startWorld } from '../scenarios/lib/world.ts';

const quick = process.argv.includes('--quick');
const points: KillPoint[] = stepsOfCreation.flatMap((step) =>
  quick
    ? [{ step, event: 'succeeded', side: 'before' } as const]
    : (['started', 'succeeded'] as const).flatMap((event) =>
        (['before', 'after'] as const).map((side) => ({ step, event, side })),
      ),
);

const world = await startWorld({ servers: points.length * 3, simulator: ['--key', 'p256'] });
try {
  const rows = await runKillTable(world, points, (row) => process.stderr.write(`${row.point}: ${row.outcome}\n`));
  process.stdout.write(`${killTableText(rows)}\n`);
  const bad = rows.filter(
    (row) => row.outcome !== 'finished' || row.members.split(' ').length !== 3 || row.doubled.length > 0,
  );
  for (const row of bad) process.stdout.write(`NOT WHOLE: ${row.point}: ${row.outcome} ${row.doubled.join(', ')}\n`);
  process.stdout.write(`${rows.length - bad.length} passed, ${bad.length} failed\n`);
  process.exitCode = bad.length === 0 ? 0 : 1;
} finally {
  await world.stop();
}
