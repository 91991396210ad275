import { expect, test } from 'vitest';
import { differencesOf } from './plan-differences.plan.ts';
import type { PlanFact } from './plan-facts.plan.ts';

const fact = (kind: PlanFact['kind'], shown: string, digest = shown): PlanFact => ({
  ...{ step: 'a-step/server1', what: 'server1: it', kind, shown, digest },
});

test.each<[string, PlanFact | undefined, PlanFact | undefined]>([
  ['when it was planned: 1; now: 2', fact('value', '1'), fact('value', '2')],
  ['when it was planned: 1; now: nothing', fact('value', '1'), undefined],
  ['1, but no longer with the same value', fact('value', '1', 'x'), fact('value', '1', 'y')],
  ['the plan leaves it as it is; now it would be changed (a → b)', undefined, fact('change', 'a → b')],
  ['the plan changes it (a → b); now it is as wanted already', fact('change', 'a → b'), undefined],
  [
    'the plan changes it (a → b); now it would be changed differently (c → b)',
    ...([fact('change', 'a → b'), fact('change', 'c → b')] as const),
  ],
  [
    'the plan changes it (REDACTED); now it would be changed to another value',
    ...([fact('change', 'REDACTED', 'x'), fact('change', 'REDACTED', 'y')] as const),
  ],
  ['the plan changes it; now it is as wanted already', undefined, fact('already', '')],
  ['the plan leaves it as it is; now it is no longer as wanted', fact('already', ''), undefined],
  ['the plan does not send it; now it would be sent', undefined, fact('call', '')],
  ['the plan sends it; now it would not be sent', fact('call', ''), undefined],
])('a difference says what was planned and what would be done now: %s', (told, was, is) => {
  const list = (one: PlanFact | undefined) => (one === undefined ? [] : [one]);
  expect(differencesOf(list(was), list(is))).toMatchObject([{ told: `server1: it: ${told}` }]);
});

test('what is as wanted, and calls, are told only where nothing plainer of the same step is', () => {
  const change = fact('change', 'false → true');
  const already = { ...fact('already', 'as wanted already'), what: 'server1: all of it' };
  expect(differencesOf([change, fact('call', 'is sent')], [already])).toHaveLength(1);
  expect(differencesOf([change], [change, already])).toMatchObject([{ what: 'server1: all of it' }]);
});
