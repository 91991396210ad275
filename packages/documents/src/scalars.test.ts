import { expect, test } from 'vitest';
import { normalisePreseed, parsePreseed } from './preseed.ts';
import { formatProblem } from './problem.ts';
import { parseServices } from './services-config.ts';

/** What becomes of a spelling as a value of a configuration map: OC's reading, and ours where it is another one. */
const inConfigMaps: readonly [spelling: string, oc: string | undefined, ours?: string | undefined][] = [
  ['7', '7'],
  ['+5', '5'],
  ['-0', '0'],
  ['7.10', '7.1'],
  ['7.0', '7'],
  ['.5', '0.5'],
  ['0.1', '0.1'],
  ['1e3', '1000'],
  ['1e-7', '1e-07'],
  ['1234567.5', '1.2345675e+06'],
  ['0777', '511'],
  ['0o777', '511'],
  ['0b101', '5'],
  ['0x1F', '31'],
  ['08', '8'],
  ['1_000', '1000'],
  ['1_', '1'],
  ['_1', '_1'],
  ['0x', '0x'],
  ['9007199254740993', '9007199254740993'],
  ['-9223372036854775808', '-9223372036854775808'],
  // OC's decoder makes floats of what is beyond 63 bits; all digits were meant.
  ['18446744073709551615', '1.8446744073709552e+19', '18446744073709551615'],
  ['99999999999999999999', '1e+20', '99999999999999999999'],
  ['0x5000c500a1b2c3d4', '5764824129537754068'],
  ['0x60014050000000000000000000000001', '0x60014050000000000000000000000001'],
  ['true', 'true'],
  ['True', 'true'],
  ['FALSE', 'false'],
  ['yes', 'yes'],
  ['no', 'no'],
  ['on', 'on'],
  ['null', ''],
  ['~', ''],
  ['', ''],
  // Go makes points in time of dates.
  ['2024-01-01', '2024-01-01T00:00:00Z', '2024-01-01'],
  ['2024-01-01 10:00:00', '2024-01-01T10:00:00Z', '2024-01-01 10:00:00'],
  ['12:30', '12:30'],
  ['1.2.3', '1.2.3'],
  ['"7.10"', '7.10'],
  ["'0777'", '0777'],
  ['"true"', 'true'],
  ['"null"', 'null'],
  ['"2024-01-01"', '2024-01-01'],
  ['!!str 7.10', '7.10'],
  // Neither can be sent as JSON.
  ['.inf', undefined],
  ['.nan', undefined],
];

const plain = (spelling: string): boolean => !/^["'!]/.test(spelling);

test.each(inConfigMaps)('%s as a value of a configuration map is %j in OC', (spelling, oc, ours = oc) => {
  const checked = parsePreseed(`config:\n  user.x: ${spelling}\n`, 'a.yaml', { strict: true });
  expect(checked.ok ? checked.value.config['user.x'] : undefined).toBe(ours);
  // Whoever reads something else than was written says so.
  const isSurprising = plain(spelling) && ours !== undefined && ours !== '' && ours !== spelling;
  expect(checked.warnings.map(({ code }) => code)).toEqual(isSurprising ? ['read_otherwise'] : []);
});

test('a reading that surprises is told with the remedy', () => {
  const { warnings } = parsePreseed('config:\n  user.version: 7.10\n', 'a.yaml');
  expect(warnings.map((one) => `${formatProblem(one)}; ${one.remedy}`)).toEqual([
    'a.yaml:2:17: config["user.version"]: 7.10 is read as 7.1; Put it in quotes: "7.10".',
  ]);
});

test.each([
  ['0x5000c500a1b2c3d4', '0x5000c500a1b2c3d4', true],
  ['0x60014050000000000000000000000001', '0x60014050000000000000000000000001', false],
  ['36001405000000000000000000000001', '36001405000000000000000000000001', true],
  ['0123456789012345', '0123456789012345', true],
  ['1e10', '1e10', true],
  ['true', 'true', true],
  ['2024-01-01', '2024-01-01', false],
  ['"0x5000c500a1b2c3d4"', '0x5000c500a1b2c3d4', false],
])('%s where text is meant is the text that was written', (spelling, text, isWarned) => {
  const checked = parseServices(`multipath:\n  enabled: true\n  wwns:\n    - ${spelling}\n`, 's.yaml', {
    strict: true,
  });
  expect(checked.ok && checked.value[0]?.config).toEqual({ enabled: true, wwns: [text] });
  expect(checked.warnings.map(({ code }) => code)).toEqual(isWarned ? ['read_otherwise'] : []);
});

test.each([
  ['8009', 8009],
  ['0x1F49', 8009],
  ['8_009', 8009],
  ['8009.0', 8009],
  ['017511', 8009],
  ['"8009"', 'wrong_type'],
  ['8009.5', 'wrong_type'],
  ['tcp', 'wrong_type'],
  ['70000', 'out_of_range'],
  ['-1', 'out_of_range'],
  ['9007199254740993', 'out_of_range'],
  ['0xffffffffffffffff', 'out_of_range'],
])('%s where a port is meant: %s', (spelling, wanted) => {
  const text = `nvme: {enabled: true, targets: [{transport: tcp, address: a, port: ${spelling}}]}`;
  const checked = parseServices(text, 's.yaml', { strict: true });
  const targets = checked.ok ? checked.value[0]?.config['targets'] : undefined;
  expect(checked.ok ? targets : checked.problems.map(({ code }) => code)).toEqual(
    typeof wanted === 'number' ? [{ transport: 'tcp', address: 'a', port: wanted }] : [wanted],
  );
});

test.each([
  ['true', true],
  ['False', false],
  ['yes', 'Write true, without quotes.'],
  ['off', 'Write false, without quotes.'],
  ['"true"', 'Write true, without quotes.'],
  ['1', 'Write true or false.'],
])('%s where true or false is meant: %s', (spelling, wanted) => {
  const checked = parseServices(`usbip: {enabled: ${spelling}}`, 's.yaml', { strict: true });
  expect(checked.ok ? checked.value[0]?.config['enabled'] : checked.problems[0]?.remedy).toBe(wanted);
});

test('a request has no spelling: a number where text is meant is of the wrong type', () => {
  const checked = normalisePreseed({ projects: [{ name: 7 }] });
  expect(checked.ok ? [] : checked.problems).toMatchObject([{ code: 'wrong_type', remedy: 'Put it in quotes.' }]);
});
