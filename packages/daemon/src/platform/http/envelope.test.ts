import { expect, test } from 'vitest';
import { envelopeOf, envelopeOfList } from './envelope.ts';

test.each([[[]], [['{"name":"one"}']], [['{"name":"größe €"}', '"/1.0/x"', 'null']]])(
  'a list of %j is the same bytes as its joined text',
  (items) => {
    const joined = envelopeOf({ status: 200, json: `[${items.join(',')}]` });
    expect(envelopeOfList(items).toString()).toBe(joined);
  },
);
