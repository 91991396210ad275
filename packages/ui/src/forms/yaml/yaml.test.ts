import { expect, test } from 'vitest';
import type { Schema } from '../../data/json-schema.ts';
import { placeAt } from './place.rules.ts';
import { aboutAt, keysAt, valuesAt } from './schema.rules.ts';

const schema: Schema = {
  properties: {
    config: {
      description: 'Keys of the server',
      additionalProperties: { type: 'string' },
      allOf: [{ $ref: '#/definitions/server' }],
    },
    storage_pools: {
      items: {
        properties: {
          name: { title: 'Name', description: 'Name of the pool.' },
          driver: { enum: ['zfs', 'lvm'] },
          config: { properties: { source: { examples: ['/dev/sdb'] } } },
        },
      },
    },
  },
  definitions: {
    server: { properties: { 'core.https_address': { type: ['boolean', 'null'], description: 'Where.' } } },
  },
};

test.each([
  ['', [], undefined],
  ['con', [], undefined],
  ['config:\n  ', ['config'], undefined],
  ['config:\n  core.https_address: ', ['config'], 'core.https_address'],
  ['storage_pools:\n  - ', ['storage_pools', '-'], undefined],
  ['storage_pools:\n- name: a\n  dri', ['storage_pools', '-'], undefined],
  ['storage_pools:\n  - name: a\n    driver: z', ['storage_pools', '-'], 'driver'],
  ['storage_pools:\n  - name: a\n    config:\n      so', ['storage_pools', '-', 'config'], undefined],
  ['storage_pools:\n  - config:\n      source: x\n    # a word\n\n    na', ['storage_pools', '-'], undefined],
  ['storage_pools:\n  - config:\n      so', ['storage_pools', '-', 'config'], undefined],
  ['a:\n  b: 1\nconfig:\n  x', ['config'], undefined],
])('%j is at %j, behind %s', (text, path, key) => {
  expect(placeAt(text)).toEqual({ path, key });
});

test('what may stand at a place comes from the schema, references and alternatives included', () => {
  expect(keysAt(schema, []).map(({ label }) => label)).toEqual(['config', 'storage_pools']);
  expect(keysAt(schema, ['config'])).toEqual([{ label: 'core.https_address', about: 'Where.' }]);
  expect(keysAt(schema, ['storage_pools', '-']).map(({ label }) => label)).toEqual(['name', 'driver', 'config']);
  const values = (...path: string[]) => valuesAt(schema, path).map(({ label }) => label);
  expect(values('storage_pools', '-', 'driver')).toEqual(['zfs', 'lvm']);
  expect(values('config', 'core.https_address')).toEqual(['true', 'false']);
  expect(values('storage_pools', '-', 'config', 'source')).toEqual(['/dev/sdb']);
  expect(aboutAt(schema, ['storage_pools', '-', 'name'])).toEqual({ title: 'Name', text: 'Name of the pool.' });
  expect(aboutAt(schema, ['nowhere'])).toBeUndefined();
});
