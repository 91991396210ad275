import type { PlannedStep } from '@operations-center/contract';
import type { ChangeCall } from '@operations-center/fleet-protocol';

/** A step as the workflow has it, without what it does. */
export type StepOutline = { name: string; target?: string; about: string; after: readonly string[] };

/** A call of a plan with all that is in it, secrets too: for the plan's id. */
export type WholeCall = { server: string; method: ChangeCall['method']; path: string; body: unknown };

/** What is told of a step beside its name; its calls are whole. */
export type StepFacts = Pick<PlannedStep, 'phase' | 'servers' | 'changes' | 'already' | 'interrupts'> & {
  calls: readonly WholeCall[];
  undo: { automatic: boolean; about: string; calls: readonly WholeCall[] };
};

/** Both together, and its key in the operation. */
export type DescribedStep = StepFacts & StepOutline & { key: string };
