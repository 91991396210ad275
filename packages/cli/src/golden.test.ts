import { describe, expect, test } from 'vitest';
import golden from './recorded/golden.json' with { type: 'json' };
import { refusal, startReplayDaemon, sync } from './testing/replay-daemon.ts';
import { runWords } from './testing/run-words.ts';

type Case = { id: string; argv: string[]; stdout: string; answers: Record<string, unknown> };

/** Exact outputs of OC's own command line, and the answers of the API they were made from. */
const cases: Case[] = golden;

/** Where we differ on purpose: lines of OC's output that we leave out. */
const explained: Record<string, { line: string; because: string }> = {
  'server-show-yaml': {
    line: '          special: null\n',
    because: 'the daemon does not send this key; it is an empty Go field',
  },
};

/** Beyond what OC prints, on stderr: why a list is empty. */
const told: Record<string, string> = {
  'server-list-cluster': 'There is no server that matches.\n',
  'artifact-list-unknown':
    'Warning: there is no cluster "nope"; operations-center provisioning cluster list\nThere is no artifact. A cluster gets them when it is made.\n',
};

describe('what scripts read is what OC prints', () => {
  test.each(cases)('$id', async ({ id, argv, stdout, answers }) => {
    await using daemon = await startReplayDaemon(({ path }) =>
      path in answers ? sync(answers[path]) : refusal(404, `nothing recorded for ${path}`),
    );
    const ran = await runWords(argv, { env: { OPERATIONS_CENTER_DIR: daemon.folder, HOME: daemon.folder } });
    const wanted = stdout.replace(explained[id]?.line ?? '', '');
    expect(ran).toEqual({ code: 0, stdout: wanted, stderr: told[id] ?? '' });
  });
});
