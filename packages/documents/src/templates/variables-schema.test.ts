import { expect, test } from 'vitest';
import { schemaOfValues } from './variables-schema.ts';

test('the schema of a file of values says of each variable what it can be, and which must be there', () => {
  const plain = { description: '', default: '' };
  const schema = schemaOfValues('branch', {
    TITLE: { description: 'Of the user interface', default: 'a title' },
    PORT: { ...plain, type: 'integer', min: '1', max: '65535', default: '4420', title: 'Port' },
    ADDRESS: { ...plain, type: 'ip', example: '192.0.2.1' },
    TARGETS: { ...plain, type: 'list', required: false, max: '4' },
    DRIVER: { ...plain, type: 'enum', enum: ['zfs', 'dir'] },
    PASSWORD: { ...plain, type: 'string', secret: true, pattern: '[a-z]+' },
  });
  expect(schema).toEqual({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Values for the cluster template branch',
    type: 'object',
    properties: {
      TITLE: {
        type: ['string', 'number', 'boolean', 'null'],
        description: 'Of the user interface',
        default: 'a title',
      },
      PORT: { type: 'integer', title: 'Port', minimum: 1, maximum: 65535, default: 4420 },
      ADDRESS: {
        anyOf: [
          { type: 'string', format: 'ipv4' },
          { type: 'string', format: 'ipv6' },
        ],
        examples: ['192.0.2.1'],
      },
      TARGETS: { type: 'array', maxItems: 4 },
      DRIVER: { enum: ['zfs', 'dir'] },
      PASSWORD: { type: 'string', pattern: '^(?:[a-z]+)$', writeOnly: true },
    },
    required: ['ADDRESS', 'DRIVER', 'PASSWORD'],
    additionalProperties: false,
  });
});
