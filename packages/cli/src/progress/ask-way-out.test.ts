import type { Operation } from '@operations-center/contract';
import { expect, test } from 'vitest';
import { operation } from '../testing/operations.ts';
import { startReplayDaemon, sync } from '../testing/replay-daemon.ts';
import { runWords } from '../testing/run-words.ts';

const id = '3f9c1e00-0000-4000-8000-000000000000';
const offering = (...exits: Operation['metadata']['exits']) =>
  operation('running', [], {
    exits,
    ways_out: exits.map((exit) => ({ exit, does: `does what ${exit} does`, loses: false })),
  });

/** Presses Ctrl-C at the first look at an operation that offers this, and answers. */
async function interrupted(offered: Operation, stdin: string) {
  let press = () => {};
  let looks = 0;
  await using daemon = await startReplayDaemon(({ method, path }) => {
    if (path === '/1.0') return sync({ api_extensions: ['operations', 'operation_finish'] });
    if (method === 'POST') return sync({});
    looks += 1;
    if (looks === 2) press();
    return sync(looks > 2 ? operation('finished', []) : offered);
  });
  const ran = await runWords(['operation', 'watch', id], {
    ...{ env: { OPERATIONS_CENTER_DIR: daemon.folder }, columns: 100, person: true, stdin },
    onInterrupt: (heard) => {
      press = heard;
      return () => {
        press = () => {};
      };
    },
  });
  const posted = daemon.received.filter(({ method }) => method === 'POST').map(({ path }) => path.split('/').at(-1));
  return { ...ran, posted };
}

test.each([
  [['cancel'], 'c\n', 'Which? [l/c/G]', [':cancel']],
  [['retry', 'finish', 'leave'], 'f\n', 'Which? [l/e/f/r/G]', [':finish']],
  [['retry', 'skip', 'undo', 'leave'], 'U\n', 'Which? [l/e/r/s/u/G]', [':undo']],
  [[], 'g\n', 'Which? [l/G]', []],
] as const)(
  'the question after Ctrl-C offers what the operation offers: %j',
  async (exits, stdin, question, posted) => {
    const ran = await interrupted(offering(...exits), stdin);
    expect(ran.stderr).toContain(question);
    for (const exit of exits) expect(ran.stderr).toContain(`does what ${exit} does`);
    expect(ran.posted).toEqual(posted);
  },
);
