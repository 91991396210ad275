import { SERVICE_ORDER } from '@operations-center/fleet-protocol';
import { expect, test } from 'vitest';
import { PAGE_SERVICES } from './fixtures.ts';
import { formatProblem } from './problem.ts';
import { normaliseServices, parseServices } from './services-config.ts';

const nvme = { enabled: true, targets: [{ transport: 'tcp', address: '192.168.1.100', port: 8009 }] };

test('the services file of the page is read, in the order of IncusOS', () => {
  expect(parseServices(PAGE_SERVICES, 'services.yaml')).toEqual({
    ok: true,
    value: [
      { name: 'nvme', config: nvme },
      { name: 'lvm', config: { enabled: true } },
    ],
    warnings: [],
  });
});

test('its JSON twin, CRLF, a byte order mark and another order mean the same', () => {
  const wanted = parseServices(PAGE_SERVICES, 'services.yaml');
  expect(parseServices(JSON.stringify({ lvm: { enabled: true }, nvme }), 'services.json')).toEqual(wanted);
  expect(parseServices(JSON.stringify({ nvme, lvm: { enabled: true } }), 'services.json')).toEqual(wanted);
  expect(parseServices(PAGE_SERVICES.replaceAll('\n', '\r\n'), 'services.yaml')).toEqual(wanted);
  expect(parseServices(`\uFEFF${PAGE_SERVICES}`, 'services.yaml')).toEqual(wanted);
  expect(normaliseServices({ lvm: { enabled: true }, nvme })).toEqual(wanted);
});

test('system_id uncommented is accepted and noted as replaced, with its place', () => {
  const checked = parseServices(PAGE_SERVICES.replace('# system_id', 'system_id'), 'services.yaml');
  expect(checked.ok).toBe(true);
  expect(checked.warnings).toMatchObject([{ code: 'system_id_replaced', path: 'lvm.system_id', line: 5, column: 14 }]);
});

test('every service there is may be named, and all come in the order of IncusOS', () => {
  const all = Object.fromEntries([...SERVICE_ORDER].sort().map((name) => [name, { enabled: false }]));
  const checked = normaliseServices(all);
  expect(checked.ok && checked.value.map(({ name }) => name)).toEqual([
    'ceph',
    'iscsi',
    'linstor',
    'netbird',
    'nvme',
    'multipath',
    'lvm',
    'ovn',
    'tailscale',
    'usbip',
  ]);
});

test.each([
  ['nothing', undefined, []],
  ['null', null, []],
  ['an empty map', {}, []],
  ['a wrapped config', { lvm: { config: { enabled: true } } }, [{ name: 'lvm', config: { enabled: true } }]],
  [
    'a wrapped config with its state',
    { nvme: { config: nvme, state: { host_id: 'x' } } },
    [{ name: 'nvme', config: nvme }],
  ],
  [
    'lvm switched off',
    { lvm: { enabled: false, system_id: 7 } },
    [{ name: 'lvm', config: { enabled: false, system_id: 7 } }],
  ],
])('%s is fine', (_, value, services) => {
  expect(normaliseServices(value)).toEqual({ ok: true, value: services, warnings: [] });
});

test.each([
  ['a list', '[lvm]', 'services_not_an_object', 1, 1],
  ['text', 'lvm', 'services_not_an_object', 1, 1],
  ['a misspelt service', 'nvem: {enabled: true}', 'unknown_service', 1, 1],
  ['a service in capitals', 'LVM: {enabled: true}', 'unknown_service', 1, 1],
  ['a value that is no map', 'nvme: true', 'service_not_an_object', 1, 7],
  ['a value left out', 'lvm:\nnvme: {enabled: true}', 'service_not_an_object', 1, 5],
  ['a list as value', 'nvme:\n  - enabled: true', 'service_not_an_object', 2, 3],
  ['a wrapped value that is no map', 'nvme:\n  config: [1]', 'wrong_type', 2, 11],
  ['lvm without enabled', 'lvm: {system_id: 1}', 'missing_field', 1, 6],
  ['lvm wrapped without enabled', 'lvm:\n  config: {}', 'missing_field', 2, 11],
  ['lvm enabled by text', 'lvm:\n  enabled: "true"', 'wrong_type', 2, 12],
  ['lvm enabled by a number', 'lvm:\n  enabled: 1', 'wrong_type', 2, 12],
  ['another service enabled by text', 'ovn:\n  enabled: "yes"', 'wrong_type', 2, 12],
  ['a system_id that is no number, with lvm off', 'lvm:\n  enabled: false\n  system_id: "7"', 'wrong_type', 3, 14],
  [
    'a number no JSON carries',
    'usbip:\n  enabled: true\n  targets:\n    - x: 9223372036854775807\n      address: a\n      bus_id: 1-1',
    'number_not_exact',
    4,
    10,
  ],
  ['infinity', 'usbip:\n  enabled: true\n  x: .inf', 'number_not_exact', 3, 6],
  ['no YAML', 'lvm: {enabled: true', 'syntax_error', 1, 20],
])('%s is refused with its place', (_, text, code, line, column) => {
  const checked = parseServices(text, 's.yaml');
  expect(checked.ok ? [] : checked.problems).toMatchObject([{ code, file: 's.yaml', line, column }]);
});

test('everything that is wrong is told at once, with what was meant', () => {
  const checked = parseServices('nvem: {enabled: true}\nlvm: {}\novn: 1\n', 's.yaml');
  expect(checked.ok ? [] : checked.problems.map(formatProblem)).toEqual([
    's.yaml:1:1: nvem: IncusOS has no service "nvem"; it has ceph, iscsi, linstor, lvm, multipath, netbird, nvme, ovn, tailscale, usbip (did you mean "nvme"?)',
    's.yaml:2:6: lvm: "enabled" is missing or empty',
    's.yaml:3:6: ovn: the configuration of ovn must be a map, for example {enabled: true}',
  ]);
});

test.each([
  [{ nvme: {} }, 'service_switched_off', 'nvme'],
  [{ nvme: { config: nvme, targets: [] } }, 'unknown_field', 'nvme.targets'],
])('%j is accepted with the warning %s', (value, code, path) => {
  const checked = normaliseServices(value);
  expect(checked.ok).toBe(true);
  expect(checked.warnings).toMatchObject([{ code, path, file: null, line: null }]);
});

test('a newer IncusOS may be used when asked for', () => {
  const checked = normaliseServices({ zeta: { enabled: true }, nvme }, undefined, { allowUnknown: true });
  expect(checked.ok && checked.value.map(({ name }) => name)).toEqual(['nvme', 'zeta']);
});
