import { expect, test } from 'vitest';
import { lineDiff } from './line-diff.ts';

test.each<[string, string, string, string]>([
  ['nothing', 'a\n', 'a\n', ''],
  ['a line changed', 'a\nb\nc\n', 'a\nB\nc\n', '@@ -1 +1 @@\n a\n-b\n+B\n c\n'],
  ['from nothing', '', 'a\nb\n', '@@ -1 +1 @@\n+a\n+b\n'],
  ['to nothing', 'a\n', '', '@@ -1 +1 @@\n-a\n'],
  ['a newline', 'a', 'a\n', '@@ -1 +1 @@\n-a (no newline at the end)\n+a\n'],
  [
    'two places far apart',
    '1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n',
    'x\n2\n3\n4\n5\n6\n7\n8\n9\ny\n',
    '@@ -1 +1 @@\n-1\n+x\n 2\n 3\n 4\n@@ -7 +7 @@\n 7\n 8\n 9\n-10\n+y\n',
  ],
  ['what moved', 'a\nb\nc\n', 'b\nc\na\n', '@@ -1 +1 @@\n-a\n b\n c\n+a\n'],
])('the difference of two texts: %s', (_, before, after, told) => {
  expect(lineDiff(before, after)).toBe(told);
});

test('a difference makes the one text of the other, whatever they are', () => {
  let seed = 7;
  const next = (below: number): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    return seed % below;
  };
  const text = () => Array.from({ length: next(8) }, () => `${'abc'[next(3)]}\n`).join('');
  for (let round = 0; round < 500; round += 1) {
    const [before, after] = [text(), text()];
    const lines = lineDiff(before, after)
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('@@'));
    const side = (other: string) => lines.filter((line) => !line.startsWith(other)).map((line) => line.slice(1));
    if (before === after) continue;
    // Between two changes of texts as short as these all lines are shown.
    expect(before.split('\n').join(' ')).toContain(side('+').join(' '));
    expect(after.split('\n').join(' ')).toContain(side('-').join(' '));
  }
});

test('two long texts that have nothing in common are told at once', () => {
  const long = (word: string) => `${word}\n`.repeat(3_000);
  expect(lineDiff(long('a'), long('b')).split('\n')).toHaveLength(6_002);
});
