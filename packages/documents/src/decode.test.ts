import { expect, test } from 'vitest';
import { configValue, goNumber } from './decode.ts';
import { nearestWord } from './nearest-word.ts';
import { formatPath, NO_FILE, Report } from './problem.ts';

const read = (value: unknown) => {
  const report = new Report(NO_FILE);
  return {
    value: configValue(value, ['config', 'k'], report),
    problems: report.problems.map(({ code }) => code),
    warnings: report.warnings.map(({ code }) => code),
  };
};

test.each([
  ['text', 'text'],
  ['', ''],
  [null, ''],
  [true, 'true'],
  [false, 'false'],
  [0, '0'],
  [-0, '0'],
  [42, '42'],
  [-7, '-7'],
  [1e3, '1000'],
  [1e18, '1000000000000000000'],
  [9223372036854775807n, '9223372036854775807'],
  [1.5, '1.5'],
  [0.1, '0.1'],
  [-0.25, '-0.25'],
  [0.0001, '0.0001'],
  [0.00001, '1e-05'],
  [1.25e-7, '1.25e-07'],
  [123456.75, '123456.75'],
  [1234567.5, '1.2345675e+06'],
  [1e20, '1e+20'],
  [1.5e300, '1.5e+300'],
])('the scalar %s becomes "%s", as in Go', (value, text) => {
  expect(read(value)).toMatchObject({ value: text, problems: [] });
});

test('a number that has lost digits is a warning', () => {
  expect(read(1e18).warnings).toEqual(['number_not_exact']);
  expect(read(2 ** 53 - 1).warnings).toEqual([]);
  expect(goNumber(2 ** 53)).toBe('9007199254740992');
});

test.each([[[1]], [{ a: 1 }], [Number.POSITIVE_INFINITY], [Number.NaN]])('%j is no value of a config map', (value) => {
  expect(read(value).problems).toEqual(['wrong_type']);
});

test.each([
  ['nvem', 'nvme'],
  ['LVM', 'lvm'],
  ['storagepools', 'storage_pools'],
  ['zzz', undefined],
  ['x'.repeat(10_000), undefined],
])('%s is nearest to %s', (word, nearest) => {
  expect(nearestWord(word, ['nvme', 'lvm', 'storage_pools', 'config'])).toBe(nearest);
});

test('a path is written as one would in a program', () => {
  expect(formatPath(['storage_pools', 0, 'config', 'zfs.pool_name'])).toBe('storage_pools[0].config["zfs.pool_name"]');
  expect(formatPath([])).toBe('');
});
