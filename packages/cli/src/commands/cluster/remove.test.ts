import { expect, test } from 'vitest';
import { operation, step } from '../../testing/operations.ts';
import { startReplayDaemon, sync } from '../../testing/replay-daemon.ts';
import { runWords } from '../../testing/run-words.ts';

const undoing = operation('undoing', [step('configure-services/server1 undoing')]);

test('a removal that waits says what for, and Ctrl-C leaves it running', async () => {
  await using daemon = await startReplayDaemon(({ method, path }) => {
    if (method === 'DELETE') return undefined;
    if (path === '/1.0') return sync({ api_extensions: ['operations'] });
    return sync(path.startsWith('/1.0/operations?') ? { cancelling: [undoing] } : undoing);
  });
  let timer: NodeJS.Timeout | undefined;
  const ran = await runWords(['provisioning', 'cluster', 'remove', 'wonderful'], {
    env: { OPERATIONS_CENTER_DIR: daemon.folder, HOME: daemon.folder },
    onInterrupt: (interrupted) => {
      timer = setTimeout(interrupted, 2_000);
      return () => clearTimeout(timer);
    },
  });
  expect(ran.stderr).toContain('taking everything back');
  expect(ran.stderr).toContain(
    'What runs goes on without us. See it: operations-center operation list --cluster wonderful',
  );
});
