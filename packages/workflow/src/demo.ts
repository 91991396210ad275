import type { Policy, Workflow } from './workflow.ts';

/** Signals a person or a test gives to demo operations, kept in memory: a demo forgets them with the process. */
export type DemoSignals = { give(name: string): void; isGiven(name: string): boolean };

export function makeDemoSignals(): DemoSignals {
  const given = new Set<string>();
  return { give: (name) => void given.add(name), isGiven: (name) => given.has(name) };
}

export type DemoPlan = { signal: string };

const patient: Policy = {
  name: 'patient',
  attempts: 1,
  backoffMs: 1_000,
  backoffMaxMs: 10_000,
  deadlineMs: 3_600_000,
  everyMs: 100,
};

/** The smallest workflow there is: begins, waits until its signal is given, ends. For docs, tests and support. */
export const demoWorkflow = (signals: DemoSignals): Workflow<DemoPlan> => ({
  name: 'demo',
  version: 1,
  about: ({ signal }) => `Wait for the signal "${signal}"`,
  claims: ({ signal }) => [`demo/${signal}`],
  steps: ({ signal }) => [
    {
      name: 'begin',
      about: 'Begin the demo',
      after: [],
      policy: patient,
      undo: { none: 'a demo changes nothing' },
      run: async () => ({ output: { signal } }),
    },
    {
      name: 'await-signal',
      about: `Wait until somebody gives the signal "${signal}"`,
      after: ['begin'],
      policy: patient,
      undo: { none: 'a demo changes nothing' },
      until: async () => (signals.isGiven(signal) ? { done: true } : { done: false, seen: 'no signal yet' }),
    },
  ],
});
