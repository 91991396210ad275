import { isInteractive, type Terminal } from '../../call.ts';
import { Interrupted, LeftRunning } from '../../failures/failure.ts';
import { askWayOut } from '../../progress/ask-way-out.ts';
import { createAtOnce, followCreation, type RunParts } from './run-plan.ts';

type Begin = (signal: AbortSignal) => ReturnType<typeof createAtOnce>;

/** Says what takes a while, while it does. Nothing has begun yet: Ctrl-C gives it up. */
export function askBeforehand<Value>(
  { terminal, globals }: RunParts,
  line: string,
  ask: (signal: AbortSignal) => Promise<Value>,
): Promise<Value> {
  if (!globals.quiet) terminal.stderr.write(`${line}\n`);
  return untilInterrupted(terminal, ask, () => 'Nothing was begun.');
}

/**
 * Asks for the creation and follows it. After Ctrl-C meanwhile nobody knows whether it has begun: on a terminal the answer
 * is waited for, and the same is asked as later; elsewhere, and at the second Ctrl-C, one is told where to look.
 */
export async function beginAndFollow(parts: RunParts, wait: boolean, begin: Begin): Promise<void> {
  const { api, terminal, globals } = parts;
  const follows = await api.announces('operations');
  const look = `operations-center ${follows ? 'operation list' : 'provisioning cluster list'}`;
  const mayAsk = wait && follows && !globals.quiet && terminal.stderr.isTTY === true && isInteractive(terminal);
  if (follows && !globals.quiet) terminal.stderr.write('Beginning …\n');
  let interrupts = 0;
  const id = await untilInterrupted(terminal, begin, () => {
    interrupts += 1;
    if (!mayAsk || interrupts > 1) return `It may have begun: ${look}`;
    terminal.stderr.write('\nIt may have begun; waiting for the answer. Ctrl-C again leaves at once.\n');
    return undefined;
  });
  if (interrupts > 0 && id !== undefined) {
    const operation = await api.ask('operation_show', { params: { id } });
    if ((await askWayOut({ api, id, terminal, operation })) === 'leave') {
      throw new LeftRunning(`It goes on by itself. See it again: operations-center operation watch ${id}`);
    }
  }
  await followCreation(id, parts, wait);
}

/** `leave` is called at each Ctrl-C: words end it, and what is asked is given up; `undefined` goes on. */
function untilInterrupted<Value>(
  terminal: Terminal,
  ask: (signal: AbortSignal) => Promise<Value>,
  leave: () => string | undefined,
): Promise<Value> {
  const giveUp = new AbortController();
  return new Promise((resolve, reject) => {
    const release = terminal.onInterrupt(() => {
      const words = leave();
      if (words === undefined) return;
      reject(new Interrupted(terminal.stderr.isTTY === true ? `\n${words}` : words));
      giveUp.abort();
    });
    ask(giveUp.signal).then(resolve, reject).finally(release);
  });
}
