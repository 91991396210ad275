import { expect, test } from 'vitest';
import { realTrio } from '../lib/trio.ts';
import { runTrioKills, trioKillsText } from '../lib/trio-kills.ts';

/** The two moments at which real Incus has done what cannot be done twice; `npm run proof` takes all twelve. */
const points = ['bootstrap/server1:succeeded:before', 'join-member/server3:succeeded:before'];

test('a daemon killed around a bootstrap or a join of real Incus loses nothing and doubles nothing', async () => {
  const rows = await runTrioKills(realTrio, () => undefined, points);
  process.stdout.write(`\n${trioKillsText(rows)}\n`);
  expect(rows.map(({ point, end, lost, doubled }) => ({ point, end, lost, doubled }))).toEqual(
    points.map((point) => ({ point, end: 'stands', lost: [], doubled: [] })),
  );
});
