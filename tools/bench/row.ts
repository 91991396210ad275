import type { Measured } from './costs.ts';

/** One line of the table. Figures that a run cannot give are `–`. */
export type Figure = {
  what: string;
  ours: string;
  oc: string;
  floor: string;
  target: string;
  /** Undefined: there is no target, or it could not be judged. */
  met: boolean | undefined;
  /** Where it was missed: what was measured, so that a profile can be cut to it. */
  measured?: Measured;
};

export type Bench = {
  /** Small sizes, few repetitions. */
  quick: boolean;
  /** Environment of every daemon that is measured; holds the profiler's options in a second run. */
  daemonEnvironment: NodeJS.ProcessEnv;
  say(text: string): void;
};

/** A part of the benchmark that can be run alone by its name. */
export type Row = {
  name: string;
  about: string;
  /** It takes long: without its name it is left out. */
  isOnlyNamed?: true;
  run(bench: Bench): Promise<Figure[]>;
};

export const none = '–';

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

export function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}

export const ms = (value: number): string => `${value.toFixed(value < 10 ? 1 : 0)} ms`;

/** Microseconds for people: `840 µs`, `2.31 ms`. */
export const us = (value: number): string =>
  value < 1_000 ? `${value.toFixed(0)} µs` : `${(value / 1_000).toFixed(2)} ms`;
