import type { AuditCheck, AuditEntry } from '@operations-center/contract';
import { expect, test } from 'vitest';
import { outcomeOf, verdictOf, whoOf } from './entry.rules.ts';

const entry = (more: Partial<AuditEntry>): AuditEntry =>
  ({ protocol: 'unix', user: '', by: 'request', outcome: null, ...more }) as AuditEntry; // the rules read these fields alone
const outcome = (status: number, code = '') => ({ time: '', status, code });

test('an entry says who and how it ended', () => {
  expect([whoOf(entry({})), whoOf(entry({ protocol: 'tls', user: 'a'.repeat(64) }))]).toEqual(['unix', 'a'.repeat(12)]);
  const of = (more: Partial<AuditEntry>) => outcomeOf(entry(more));
  expect([
    of({}),
    of({ by: 'event' }),
    of({ outcome: outcome(0) }),
    of({ outcome: outcome(200) }),
    of({ outcome: outcome(404, 'token_not_found') }),
  ]).toEqual(['still running', '', 'the daemon ended', 'done', 'refused: token_not_found']);
});

test('a check names what is wrong', () => {
  const check: AuditCheck = { intact: true, entries: 1_200, from: 1, pruned: null, head: '', problems: [] };
  expect(verdictOf(check)).toBe('✓ All 1,200 entries say what they said.');
  const problems = [
    { kind: 'gap' as const, from: 3, to: 5 },
    { kind: 'changed' as const, from: 7, to: 7 },
  ];
  const pruned = { up_to: 2, time: '', kept_days: 30 };
  expect(verdictOf({ ...check, intact: false, problems, pruned })).toBe(
    '✕ It is not whole: gap 3 to 5; changed 7. Those up to number 2 were removed by policy.',
  );
});
