import { appendFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { openPostgres, openSqlite } from '@operations-center/database';
import { makeRunner } from '../run/runner.ts';
import type { Runner } from '../run/runner-parts.ts';
import type { Workflow } from '../workflow.ts';
import { makeStep, policy, tablesMigration } from './small-workflows.ts';

/**
 * Acts once a step, into a file. A step says that it is about to act, then waits a little (so that a test can freeze the
 * process there), asks its signal, and acts.
 */
export function makeActingWorkflow(parts: {
  file: string;
  who: string;
  say(line: string): void;
  pauseMs: number;
}): Workflow {
  const act = (name: string, after: readonly string[]) =>
    makeStep(name, {
      after,
      policy: { ...policy, attempts: 5, deadlineMs: 700 },
      async run({ signal }) {
        parts.say(`about to ${name}`);
        await pause(parts.pauseMs);
        signal.throwIfAborted();
        appendFileSync(parts.file, `${name} by ${parts.who}\n`);
        return {};
      },
    });
  return {
    name: 'acting',
    version: 1,
    about: () => 'Act once a step',
    claims: () => [],
    steps: () => [act('one', []), act('two', ['one'])],
  };
}

/** A runner as a process of its own, beside others on one database; ends when its standard input does. */
async function main(place: string, file: string, who: string): Promise<void> {
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  const options = { migrations: [tablesMigration] };
  const database = place.startsWith('postgres:')
    ? await openPostgres<unknown>({ url: place, ...options })
    : await openSqlite<unknown>({ path: place, ...options });
  const log = { info: () => {}, warn: (_fields: unknown, message: string) => say(message) };
  const runner: Runner = makeRunner({
    database,
    clock: { nowMs: () => Date.now() },
    workflows: [makeActingWorkflow({ file, who, say, pauseMs: 100 })],
    owner: who,
    leaseMs: 600,
    pollMs: 50,
    log,
  });
  await runner.start();
  say('ready');
  process.stdin.resume().on('end', () => process.exit(0));
}

const [place, file, who] = process.argv.slice(2);
if (import.meta.main && place !== undefined && file !== undefined && who !== undefined) await main(place, file, who);
