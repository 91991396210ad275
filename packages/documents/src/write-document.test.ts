import { expect, test } from 'vitest';
import { parseDocument } from './document.ts';
import { writeDocument } from './write-document.ts';

test('what is written is read back as it was, texts that look like something else among them', () => {
  const words = [
    'yes',
    '0777',
    '1_000',
    '7.10',
    'null',
    '~',
    '**redacted**',
    '@A@',
    'a: b',
    '#',
    '- x',
    '0x1F',
    ' ',
    '',
  ];
  const value = {
    lvm: { enabled: true, system_id: 3 },
    words,
    text: 'two\nlines\n',
    'odd: key': null,
    list: [{ a: [] }],
  };
  const read = parseDocument(writeDocument(value), 'f.yaml');
  expect(read.ok && read.value.value).toEqual(value);
});

test('a text that the older YAML would take for a truth is quoted', () => {
  expect(writeDocument({ a: 'yes', b: 'off' })).toBe('a: "yes"\nb: "off"\n');
});
