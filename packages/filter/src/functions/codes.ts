import { FilterFailure } from '../mistake.ts';
import { spend } from '../scope.ts';
import type { Value } from '../values.ts';
import { textOf } from './expect.ts';
import type { Signature } from './signature.ts';

const base64 = /^(?:[A-Za-z\d+/]{4})*(?:[A-Za-z\d+/]{2}==|[A-Za-z\d+/]{3}=)?$/;

export const codeFunctions: Readonly<Record<string, Signature>> = {
  toBase64: {
    takes: ['string'],
    gives: 'string',
    run: ([value], call) => Buffer.from(textOf(value, call)).toString('base64'),
  },
  fromBase64: {
    takes: ['string'],
    gives: 'string',
    run([value], call) {
      const text = textOf(value, call);
      if (base64.test(text)) return Buffer.from(text, 'base64').toString();
      throw new FilterFailure(call.node, 'fromBase64 of a text that is no base64');
    },
  },
  fromJSON: {
    takes: ['string'],
    gives: 'any',
    run([value], call) {
      const text = textOf(value, call);
      spend(call.scope, text.length, call.node);
      try {
        // JSON holds nothing else than values.
        return JSON.parse(text) as Value;
      } catch {
        throw new FilterFailure(call.node, 'fromJSON of a text that is no JSON');
      }
    },
  },
};
