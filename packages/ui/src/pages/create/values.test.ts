import { expect, test } from 'vitest';
import { Refusal } from '../../data/api.ts';
import { givenValues, valueProblems } from './values.rules.ts';

test('what was left empty is not sent, lists and maps are read, and text stays text', () => {
  expect(givenValues({ a: 'x', b: '', c: '["y"]', d: '[broken', e: '3' })).toEqual({
    a: 'x',
    c: ['y'],
    d: '[broken',
    e: '3',
  });
});

test('what is wrong with a value is told at its field', () => {
  const refusal = (details: Record<string, unknown>) =>
    new Refusal({ ...{ code: 'c', message: 'm', hint: '', request_id: '', status: 400 }, details });
  const problems = [{ variable: 'SIZE', message: 'is none of s, m' }, { message: 'of no variable' }];
  expect(valueProblems(refusal({ problems }))).toEqual({ SIZE: 'is none of s, m' });
  expect([valueProblems(refusal({})), valueProblems(null), valueProblems(new Error('x'))]).toEqual([{}, {}, {}]);
});
