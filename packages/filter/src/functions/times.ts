import { FilterFailure } from '../mistake.ts';
import { isInstant, readTime } from '../values.ts';
import { readDuration } from './durations.ts';
import { textOf } from './expect.ts';
import type { Signature } from './signature.ts';

/** What `date("…")` reads beside a whole time; all of it is UTC. */
const forms: readonly [form: RegExp, make: (text: string) => string][] = [
  [/^\d{4}-\d\d-\d\d$/, (text) => `${text}T00:00:00Z`],
  [/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/, (text) => `${text.replace(' ', 'T')}Z`],
];

export const timeFunctions: Readonly<Record<string, Signature>> = {
  now: {
    takes: [],
    gives: 'time',
    run: (_, { scope }) => ({ time: BigInt(Math.trunc(scope.evaluation.nowMs)) * 1_000_000n }),
  },
  duration: {
    takes: ['string'],
    gives: 'duration',
    run([value], call) {
      const duration = readDuration(textOf(value, call));
      if (duration !== undefined) return { duration };
      throw new FilterFailure(call.node, 'duration takes a text such as "1h30m" or "15s"');
    },
  },
  date: {
    takes: ['any'],
    gives: 'time',
    run([value = null], call) {
      if (isInstant(value)) return value;
      const text = textOf(value, call);
      const make = forms.find(([form]) => form.test(text))?.[1];
      const time = readTime(make === undefined ? text : make(text));
      if (time !== undefined) return time;
      throw new FilterFailure(call.node, 'date takes a text such as "2026-11-23" or "2026-11-23T10:00:00Z"');
    },
  },
};
