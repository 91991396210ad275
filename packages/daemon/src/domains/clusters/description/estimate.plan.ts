import { stepKey } from '@operations-center/workflow';
import type { StepOutline } from './described-step.ts';

/** How long a step took here before, in milliseconds, by its name. */
export type Durations = Readonly<Record<string, number>>;

/** Until there are runs to measure: what three real servers took. */
const written: Durations = {
  preflight: 200,
  reserve: 10,
  'configure-services': 4_000,
  'back-up-application': 500,
  'set-addresses': 200,
  bootstrap: 2_000,
  'join-member': 500,
  'await-member': 4_000,
  adopt: 200,
  'apply-application-config': 1_500,
  'prune-item': 500,
  'first-inventory': 1_000,
  'read-inventory': 1_000,
};
const unknownMs = 1_000;

export type Estimate = { estimate_ms: number; estimate_from: 'measured' | 'default' };

export function estimateStep(name: string, measured: Durations): Estimate {
  const known = measured[name];
  return known === undefined
    ? { estimate_ms: written[name] ?? unknownMs, estimate_from: 'default' }
    : { estimate_ms: Math.round(known), estimate_from: 'measured' };
}

/** Of the whole: what does not follow each other runs beside each other. Steps stand after those they follow. */
export function estimateWhole(steps: readonly StepOutline[], measured: Durations): number {
  const ends = new Map<string, number>();
  for (const step of steps) {
    const begins = Math.max(0, ...step.after.map((key) => ends.get(key) ?? 0));
    ends.set(stepKey(step), begins + estimateStep(step.name, measured).estimate_ms);
  }
  return Math.max(0, ...ends.values());
}
