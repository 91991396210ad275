import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { digestOf } from '../rows/document-digest.ts';
import { BadReply, listRanges } from './list-ranges.ts';

const texts = (reply: string, most = 100): string[] => {
  const bytes = Buffer.from(reply);
  return listRanges(bytes, most).map(({ start, end }) => bytes.subarray(start, end).toString());
};

test('each element is found as it was sent, whatever is in it', () => {
  fc.assert(
    fc.property(
      fc.array(fc.jsonValue({ maxDepth: 4 })),
      fc.jsonValue(),
      fc.constantFrom(0, 1, 2),
      (list, other, indent) => {
        const reply = JSON.stringify({ status: other, metadata: list, more: [other] }, undefined, indent);
        expect(texts(reply).map((text) => JSON.parse(text))).toEqual(JSON.parse(JSON.stringify(list)));
      },
    ),
  );
});

test('quotes, brackets and backslashes inside strings do not end a value', () => {
  expect(texts(String.raw`{"metadata":["]\"}", {"a\\":"[{"}, 1.5e3 ,null]}`)).toEqual([
    String.raw`"]\"}"`,
    String.raw`{"a\\":"[{"}`,
    '1.5e3',
    'null',
  ]);
});

test('a list that is null is empty', () => {
  expect(texts('{"type":"sync","metadata":null}\n')).toEqual([]);
});

test.each([
  ['<html>502</html>', 'no JSON object'],
  ['', 'no JSON object'],
  ['{"type":"sync"}', 'no metadata'],
  ['{"metadata":{}}', 'no list'],
  ['{"metadata":[{"a":1}', 'middle'],
  ['{"metadata":["a', 'middle'],
  ['{"metadata":[1 2]}', 'broken JSON'],
  ['{"metadata":[,]}', 'broken JSON'],
  ['{"metadata":[]} trailing', 'broken JSON'],
  ['{"metadata":}', 'broken JSON'],
  [`{"metadata":${'['.repeat(300)}${']'.repeat(300)}}`, 'deep'],
  [`{"metadata":[${'{},'.repeat(100)}{}]}`, 'more than 100 entries'],
])('%.40s is refused: %s', (reply, why) => {
  expect(() => texts(reply)).toThrow(BadReply);
  expect(() => texts(reply)).toThrow(why);
});

test('a digest does not see order and space, and sees every value, long numbers included', () => {
  const digest = (text: string): string => digestOf(text, JSON.parse(text));
  expect(digest('{"a":1,"b":[{"c":2,"d":3}]}')).toBe(digest('{ "b": [{"d":3,"c":2}], "a":1 }'));
  expect(digest('{"a":[1,2]}')).not.toBe(digest('{"a":[2,1]}'));
  expect(digest('{"a":9007199254740993}')).not.toBe(digest('{"a":9007199254740992}'));
});
