import { expect, test } from 'vitest';
import { FilterFailure } from './mistake.ts';
import { parseFilter } from './parse-filter.ts';
import answers from './recorded/oc-answers.json' with { type: 'json' };
import { fields, record } from './recorded/recorded-record.ts';

/** Answers of the expression language that OC 0.8.1 uses (1.17.8), configured as OC does. */
type Recorded = {
  filter: string;
  oc: boolean | 'refused' | 'failed';
  ours?: boolean | 'refused' | 'failed';
  because?: string;
};

function answerTo(filter: string): boolean | 'refused' | 'failed' {
  const parsed = parseFilter(filter, fields);
  if (!parsed.ok) return 'refused';
  try {
    return parsed.filter.holds(record, Date.parse('2026-11-23T07:00:00Z'));
  } catch (error) {
    if (error instanceof FilterFailure) return 'failed';
    throw error;
  }
}

test('each recorded expression is answered as OC answers it, or differs for a reason that is written down', () => {
  const recorded = answers as Recorded[];
  const wrong = recorded.filter(({ filter, oc, ours }) => answerTo(filter) !== (ours ?? oc));
  expect(wrong.map((one) => ({ ...one, now: answerTo(one.filter) }))).toEqual([]);
  expect(recorded.length).toBeGreaterThan(900);
});

test('a difference has a reason, and is one', () => {
  const recorded = answers as Recorded[];
  const without = recorded.filter(
    ({ oc, ours, because }) => (ours === undefined) !== (because === undefined) || ours === oc,
  );
  expect(without).toEqual([]);
  expect(recorded.filter(({ ours }) => ours !== undefined).length).toBeLessThan(45);
});
