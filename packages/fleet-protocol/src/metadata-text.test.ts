import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { memberText } from './metadata-text.ts';

test.each([
  ['{"type":"sync","metadata":{"size": 9223372036854775807}}', '{"size": 9223372036854775807}'],
  ['{ "metadata" : [1, 2] , "type":"sync" }', '[1, 2]'],
  ['{"metadata":null}', 'null'],
  ['{"metadata":-1.5e3}', '-1.5e3'],
  ['{"metadata":"a\\"}, \\\\"}', '"a\\"}, \\\\"'],
  ['{"error":"\\"metadata\\":1","metadata":2}', '2'],
  ['{"x":{"metadata":1},"metadata":{"metadata":3}}', '{"metadata":3}'],
  ['\n{"metadata":1,"metadata":2}', '2'],
])('%s holds %s', (json, text) => {
  expect(memberText(json, 'metadata')).toBe(text);
});

test.each([
  ['[]'],
  ['{}'],
  ['{"meta":1}'],
  ['<html>'],
  [''],
  ['{"metadata"'],
  ['{"metadata":'],
  ['{"metadata":1'],
  ['{"a" 1,"metadata":2}'],
])('%s has no such member', (json) => {
  expect(memberText(json, 'metadata')).toBeUndefined();
});

test('any JSON object gives its member back as it was written', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.string(), fc.jsonValue()),
      fc.jsonValue(),
      fc.constantFrom(undefined, 2),
      (around, value, indent) => {
        const json = JSON.stringify({ ...around, metadata: value, zz: around }, null, indent);
        expect(JSON.parse(memberText(json, 'metadata') ?? 'nothing')).toEqual(JSON.parse(JSON.stringify(value)));
      },
    ),
  );
});
