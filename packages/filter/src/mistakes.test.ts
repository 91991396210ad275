import { expect, test } from 'vitest';
import { formatMistake, type Mistake } from './mistake.ts';
import { parseFilter } from './parse-filter.ts';
import { fields } from './recorded/recorded-record.ts';

function mistakeOf(text: string): Mistake {
  const parsed = parseFilter(text, fields);
  if (parsed.ok) throw new Error(`no mistake was found in ${text}`);
  const [mistake] = parsed.mistakes;
  if (mistake === undefined) throw new Error('a mistake is missing');
  return mistake;
}

test.each([
  // text, the part at fault, what is said of it
  ['nmae == "x"', 'nmae', /unknown name nmae/],
  ['object.statsu == "Running"', 'statsu', /unknown field statsu/],
  ['lowr(name) == "x"', 'lowr(name)', /unknown function lowr/],
  ['name == 1', 'name == 1', /mismatched types string and integer/],
  ['name = "x"', '=', /unexpected operator "="/],
  ['name == "x', '"x', /not terminated/],
  ['name matches "("', '"("', /pattern cannot be used/],
  ['name and true', 'name', /mismatched type string/],
  ['"Running" in object.status', '"Running" in object.status', /cannot be in string/],
  ['object.ports[0].weight.x == 1', 'x', /integer has no field x/],
  ['upper(1) == "x"', '1', /cannot use integer as argument of upper/],
  ['any(object.profiles, # == 1)', '# == 1', /mismatched types/],
  ['any(object.profiles, #wrong)', '#wrong', /unknown pointer/],
  ['name == @x', '@', /unrecognized character/],
  ['name', 'name', /says true or false/],
])('the mistake in %s is shown at %s', (text, part, message) => {
  const mistake = mistakeOf(text);
  expect([text.slice(mistake.start, mistake.end), mistake.message]).toEqual([part, expect.stringMatching(message)]);
});

test('a misspelt word is told by the nearest right one', () => {
  expect(mistakeOf('nmae == "x"').suggestion).toBe('name');
  expect(mistakeOf('object.statsu == "x"').suggestion).toBe('status');
  expect(mistakeOf('lowr(name) == "x"').suggestion).toBe('lower');
  expect(mistakeOf('qqqqqq == 1')).toMatchObject({ expected: 'one of cluster, server, project, name, free, object' });
});

test('a mistake is printed in three lines, with the place under the text', () => {
  const text = 'name == "x"\n  and nmae == "y"';
  expect(formatMistake(text, mistakeOf(text))).toBe(
    'unknown name nmae (did you mean "name"?) (2:7)\n |   and nmae == "y"\n | ......^',
  );
});

test.each([
  ['brackets', `${'('.repeat(100_000)}true${')'.repeat(100_000)}`],
  ['deep brackets', `${'('.repeat(5_000)}true${')'.repeat(5_000)}`],
  ['nots', `${'!'.repeat(10_000)}true`],
  ['sums', `${'1+'.repeat(5_000)}1 == 1`],
  ['indexes', `free${'[0]'.repeat(5_000)} == 1`],
  ['choices', `${'true?'.repeat(3_000)}true`],
  ['lists', '['.repeat(8_000)],
  ['else', `${'if true {true} else '.repeat(700)}{true}`],
])('an expression of many %s is refused, and breaks nothing', (_, text) => {
  expect(mistakeOf(text).message).toMatch(/longer than|nested more|more than .* parts/);
});

test('a long chain of conditions is fine', () => {
  const text = Array.from({ length: 600 }, (_, index) => `name == "n${index}"`).join(' or ');
  expect(parseFilter(text, fields).ok).toBe(true);
});

test('an alias is the field that it stands for', () => {
  const parsed = parseFilter('project_name == "blue" and object.kind == "vm"', {
    project: 'string',
    project_name: { alias: 'project' },
    object: { fields: { type: 'string', kind: { alias: 'type' } } },
  });
  expect(parsed.ok && parsed.filter.holds({ project: 'blue', object: { type: 'vm' } }, 0)).toBe(true);
});
