import { expect, test } from 'vitest';
import { operation, step } from '../testing/operations.ts';
import { clipLine, visibleWidth } from './clip.ts';
import { renderFrame } from './frame.ts';

const now = Date.parse('2026-11-22T21:00:21Z');
const view = { now, columns: 120, rows: 24, colour: false, note: undefined };

const half = operation(
  'running',
  [
    step('preflight succeeded'),
    step('configure-services/server1 succeeded'),
    step('configure-services/server2 succeeded'),
    step('configure-services/server3 failed'),
    step('bootstrap/server1 succeeded'),
    step('join-member/server2 running'),
    step('apply-application-config/storage-pool/local pending'),
    step('first-inventory pending'),
  ],
  {
    waits: [
      {
        for: 'server2 to answer as a member',
        since: '2026-11-22T21:00:09.000Z',
        observed: { text: 'connection refused', at: '2026-11-22T21:00:19.000Z' },
        unblocks: 'it answers',
        exits: ['cancel'],
      },
    ],
  },
);

test('a frame shows the bar, a line for each server, and the wait in one sentence', () => {
  expect(renderFrame(half, view)).toEqual([
    'Create cluster "wonderful" from 3 servers  ██████████░░░░░░░░░░  4 of 8   0:21   operation 3f9c1e',
    '  server1  ✓ services  ✓ bootstrap',
    '  server2  ✓ services  ● join',
    '  server3  ✗ services',
    '  all      ✓ preflight',
    '  waiting for: server2 to answer as a member – since 0:12, last "connection refused" 2 s ago; until it answers',
    '  Ctrl-C: leave it running, or go back   (later: operations-center operation watch 3f9c1e)',
  ]);
});

test('no line is wider than the terminal, and colours do not count', () => {
  for (const columns of [20, 40, 79]) {
    for (const line of renderFrame(half, { ...view, columns, colour: true })) {
      expect(visibleWidth(line)).toBeLessThan(columns);
    }
  }
});

test('what does not fit of a server is counted, the latest stays', () => {
  const many = Array.from({ length: 30 }, (_, n) => step(`apply-application-config/profile/p${n} succeeded`));
  const lines = renderFrame(operation('running', [...many, step('first-inventory running')]), view);
  expect(lines.find((line) => line.startsWith('  all'))).toMatch(/^ {2}all {6}✓ \d+ more .*● inventory$/);
});

test('on a low terminal the servers that do something stay, the others are counted', () => {
  const steps = Array.from({ length: 50 }, (_, n) =>
    step(`join-member/s${n} ${n === 42 ? 'running' : 'succeeded'}`, { target: `s${n}` }),
  );
  const wide = { ...operation('running', steps), resources: {} };
  const lines = renderFrame(wide, { ...view, rows: 8 });
  expect(lines.length).toBeLessThanOrEqual(8);
  expect(lines.join('\n')).toContain('s42   ● join');
  expect(lines.join('\n')).toMatch(/and 4\d more/);
});

test('an undo says what was taken back, and an end leaves no way out on the screen', () => {
  const lines = renderFrame(operation('undone', [step('configure-services/server1 undone')]), view);
  expect(lines[0]).toBe(
    'Create cluster "wonderful" from 3 servers  taking back: 1 steps done   0:21   operation 3f9c1e',
  );
  expect(lines.join('\n')).not.toContain('Ctrl-C');
  expect(lines.join('\n')).toContain('server1  ↩ services');
});

test('a clipped line ends in an ellipsis and closes its colour; wide characters count two', () => {
  expect(clipLine('日本語テキスト', 6)).toBe('日本…');
  expect(clipLine('\x1b[31mabcdef\x1b[0m', 4)).toBe('\x1b[31mabc…\x1b[0m');
  expect(clipLine('short', 10)).toBe('short');
});
