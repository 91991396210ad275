import { expect, test } from 'vitest';
import { builtInsOf, findBuiltIns, resolveBuiltIns } from './built-ins.ts';

const second = builtInsOf({
  cluster: 'wonderful',
  server: 'server2',
  index: 2,
  cluster_address: '10.1.0.12',
  management_address: '10.0.0.12',
});

test('built-in variables are put into the tree, in keys and in values', () => {
  const written = {
    nvme: { host: 'nqn.2014:@SERVER_NAME@-@SERVER_INDEX@', 'of @CLUSTER_NAME@': ['@SERVER_CLUSTER_ADDRESS@', 4] },
  };
  expect(resolveBuiltIns(written, second)).toEqual({
    nvme: { host: 'nqn.2014:server2-2', 'of wonderful': ['10.1.0.12', 4] },
  });
});

test('an index that stands alone is a number', () => {
  expect(resolveBuiltIns({ lvm: { system_id: '@SERVER_INDEX@' } }, second)).toEqual({ lvm: { system_id: 2 } });
});

test('what a built-in variable stands for is not looked at again, and cannot change the shape', () => {
  const hostile = builtInsOf({
    ...{ cluster: 'c', index: 1, cluster_address: '', management_address: '' },
    server: '@CLUSTER_NAME@: {x: 1}\n',
  });
  expect(resolveBuiltIns({ name: '@SERVER_NAME@' }, hostile)).toEqual({ name: '@CLUSTER_NAME@: {x: 1}\n' });
});

test('other words between at signs, and dates, stay as they are', () => {
  const written = { a: 'p@ss@word', b: '@OTHER@', c: null, d: true };
  expect(resolveBuiltIns(written, second)).toEqual(written);
});

test('the built-in variables of a document are told once each', () => {
  expect(findBuiltIns({ '@CLUSTER_NAME@': ['x @SERVER_NAME@', { y: '@SERVER_NAME@ @OTHER@' }] })).toEqual([
    'SERVER_NAME',
    'CLUSTER_NAME',
  ]);
});
