import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { labCache } from '../../scenarios/lib/lab.ts';
import { realTrio } from '../../scenarios/lib/trio.ts';
import { runTrioKills, trioPoints } from '../../scenarios/lib/trio-kills.ts';
import { failureRows, proofOf } from './failures-section.ts';
import type { Section } from './section.ts';

export const real: Section = {
  name: 'real',
  title: 'On real Incus',
  about:
    'Three real `incusd` in network namespaces, each behind a simulated IncusOS: the daemon gets SIGKILL at twelve points of a creation, and the failure table once more, with an `incusd` killed in the middle of its join and a link that is cut during the bootstrap.',
  async prove(size) {
    const obstacle = findLabObstacle();
    if (obstacle !== undefined) return { lines: [], notes: [`Not tried: ${obstacle}.`], wrong: [] };
    const points = size.quick ? trioPoints.slice(4, 6) : trioPoints;
    const kills = await runTrioKills(realTrio, ({ point, end }) => size.say(`real Incus, ${point}: ${end}`), points);
    const count = (is: (row: (typeof kills)[number]) => boolean): number => kills.filter(is).length;
    const wrong = kills.flatMap(({ point, lost, doubled }) => [...lost, ...doubled].map((why) => `${point}: ${why}`));
    const line = {
      what: 'the daemon gets SIGKILL',
      runs: kills.length,
      finished: count(({ end }) => end === 'stands'),
      undone: count(({ end }) => end === 'never there'),
      attention: count(({ end }) => end === 'needs_attention'),
      lost: count(({ lost }) => lost.length > 0),
      doubled: kills.reduce((sum, row) => sum + row.doubled.length, 0),
      left: 0,
      seconds: kills.reduce((sum, row) => sum + row.seconds, 0),
    };
    const failures = proofOf(await failureRows(realTrio, size, size.quick ? 2 : undefined));
    return { lines: [line, ...failures.lines], notes: failures.notes, wrong: [...wrong, ...failures.wrong] };
  },
};

/** Why there can be no lab here, or undefined; fetches what it needs. */
function findLabObstacle(): string | undefined {
  if (process.getuid?.() !== 0) return 'real Incus daemons need root';
  const script = join(import.meta.dirname, '../incus-lab/incus-lab.sh');
  const env = { ...process.env, INCUS_LAB_DIR: labCache, INCUS_LAB_CACHE: labCache };
  const lab = spawnSync(script, ['rootfs'], { stdio: ['ignore', 'ignore', 'inherit'], env });
  return lab.status === 0 ? undefined : 'the packages of Incus could not be fetched';
}
