import { expect, test } from 'vitest';
import { parseFilter } from '../parse-filter.ts';
import { type CompiledFilter, compileFilter } from './compile.ts';
import type { SqlDialect } from './sql.ts';

const fields = {
  name: 'string',
  project: 'string',
  object: { fields: { status: 'string', size: 'integer', config: { map: 'string' }, used_by: { list: 'string' } } },
} as const;
const columns = { name: { column: 'name' }, project: { column: 'project_name' }, object: { json: 'object' } };

function compiled(text: string, dialect: SqlDialect = 'sqlite'): CompiledFilter {
  const parsed = parseFilter(text, fields);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.mistakes));
  return compileFilter(parsed.filter, dialect, columns);
}
const restOf = ({ rest }: CompiledFilter, record: Record<string, unknown>): boolean | undefined =>
  rest?.holds(record, 0);

test('a column is compared as it is, so that its index is used', () => {
  expect(compiled('name == "web" and project != "blue"')).toEqual({
    where: '(name = ? and project_name <> ?)',
    parameters: ['web', 'blue'],
    rest: undefined,
  });
});

test('a text of a document that has a column of its own is asked of that one, so that its index is used', () => {
  const beside = { ...columns, object: { json: 'object', texts: { status: 'status' } } };
  for (const dialect of ['sqlite', 'postgres'] as const) {
    const parsed = parseFilter('object.status == "Running" and object.status < object.config["status"]', fields);
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.mistakes));
    const { where } = compileFilter(parsed.filter, dialect, beside);
    expect(where).toMatch(/^\(status = \?(::text collate "C")? and /);
    expect(where).toMatch(/status < |else status </);
  }
});

test('no text of the filter is ever a text of the statement', () => {
  const evil = `x' or 1 = 1 --`;
  for (const dialect of ['sqlite', 'postgres'] as const) {
    for (const text of [
      `name == "${evil}"`,
      `name in ["${evil}", "b"]`,
      `object.config["${evil}"] == "${evil}"`,
      `"${evil}" in object.config`,
      `"${evil}" in object.used_by`,
      `object.status endsWith "${evil}"`,
    ]) {
      const { where, parameters } = compiled(text, dialect);
      expect(where).not.toContain('or 1 = 1 --');
      expect(parameters.join(' ')).toContain(evil);
    }
  }
});

test('what a database cannot say is the rest, and only that', () => {
  const both = compiled('name == "web" and object.status matches "^R"');
  expect(both).toMatchObject({ where: '(name = ?)', parameters: ['web'] });
  expect(restOf(both, { name: 'other', object: { status: 'Running' } })).toBe(true);
  expect(compiled('object.status matches "^R"')).toMatchObject({ where: '1 = 1', parameters: [] });
});

test('of an "or" only both sides help, of an "and" within it each', () => {
  expect(compiled('name == "a" or object.status matches "^R"').where).toBe('1 = 1');
  const weaker = compiled('(name == "a" and object.status matches "^R") or name == "b"');
  expect(weaker).toMatchObject({ where: '(((name = ?) or name = ?))', parameters: ['a', 'b'] });
  expect(restOf(weaker, { name: 'a', object: { status: 'Stopped' } })).toBe(false);
});

test('nothing is asked before what keeps it from failing, nor left out that would fail', () => {
  expect(compiled('name == "a" and object.used_by[9] == "x"')).toMatchObject({ where: '(name = ?)' });
  expect(compiled('object.used_by[9] == "x" and name == "a"')).toMatchObject({ where: '1 = 1' });
  expect(compiled('object.used_by[9] == "x" and (name == "a" or project == "b")')).toMatchObject({ where: '1 = 1' });
});

test('what asks nothing of the record is worked out once', () => {
  expect(compiled('name == "we" + upper("b") and 1 + 1 == 2')).toMatchObject({
    where: '(name = ? and 1 = 1)',
    parameters: ['weB'],
  });
});
