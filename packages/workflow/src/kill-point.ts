import type { StepEvent } from './operation.ts';

/** A record of the journal: of a step, or the end of the whole operation (step `operation`). */
export type RecordEvent = StepEvent | 'finished' | 'left';
/** Called before and after each record is written; may end the process, or throw `Crash` in tests. */
export type KillPoint = (step: string, event: RecordEvent, side: 'before' | 'after') => void;

/** Thrown by a kill point: the runner must behave as if its process had died at this moment. */
export class Crash extends Error {
  constructor(at: string) {
    super(`crashed on purpose at ${at}`);
    this.name = 'Crash';
  }
}

/**
 * The crash point of `OPERATIONS_CENTER_TEST_KILL=step:event:before|after` (engineering E13): the process kills itself
 * with SIGKILL there. `step` is a name, which means its first record whatever the target, or `name/target`. Honoured only
 * under `OPERATIONS_CENTER_TEST=1`; undefined if there is none. Throws if the text is not of that form.
 */
export function killPointFromEnvironment(environment: NodeJS.ProcessEnv = process.env): KillPoint | undefined {
  const text = environment['OPERATIONS_CENTER_TEST_KILL'];
  if (text === undefined || text === '' || environment['OPERATIONS_CENTER_TEST'] !== '1') return undefined;
  const match = /^(?<step>[^:]+):(?<event>[a-z_]+):(?<side>before|after)$/.exec(text);
  if (match?.groups === undefined) {
    throw new Error(`OPERATIONS_CENTER_TEST_KILL is "${text}": expected step:event:before or step:event:after`);
  }
  const { step: wanted, event: wantedEvent, side: wantedSide } = match.groups;
  return (step, event, side) => {
    if (event !== wantedEvent || side !== wantedSide) return;
    if (step === wanted || step.split('/')[0] === wanted) process.kill(process.pid, 'SIGKILL');
  };
}
