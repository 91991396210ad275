/** Expressions and rows for the differential test of filters, from a seed: the same ones each time. */

type Random = { below(limit: number): number; pick<T>(from: readonly T[]): T };

export function makeRandom(seed: number): Random {
  let state = seed >>> 0;
  const below = (limit: number): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * limit);
  };
  return {
    below,
    pick(from) {
      const found = from[below(from.length)];
      if (found === undefined) throw new Error('there is nothing to pick from');
      return found;
    },
  };
}

const texts = [
  '',
  'a',
  'b',
  'web',
  'web-1',
  'Web-1',
  'wéb',
  'WÉB',
  'ß',
  '50%',
  'a_b',
  'a\\b',
  "it's",
  'a"b',
  '<a>&',
  'Running',
  '😀',
  '\uffff',
  'é',
  'x\ny',
  '?',
  '1',
  'true',
  'ﬀ',
];
const numbers = ['0', '1', '2', '-1', '103', '4294967296', '9007199254740991', '1.5', '0.1', '0x10', '-0.5', '1e3'];
const keys = ['a', 'b', 'image.os', 'a<b', 'a"b', 'é', '', 'a\\b', 'missing', "it's", 'toString', '__proto__'];
const textFields = ['name', 'cluster', 'server', 'project', 'project_name', 'object.status', 'object.description'];
const patterns = ['^w', 'b-[0-9]$', '(?i)web', '^$', 'a|é', '[[:upper:]]', '.', '\\\\w+-'];

const quote = (text: string): string => JSON.stringify(text).replaceAll('\u2028', '\\u2028');

/** An expression that is true or false, of about so many layers. */
export function makeExpression(random: Random, depth: number): string {
  return truth(depth);

  function truth(left: number): string {
    if (left <= 0)
      return random.pick([
        'object.ephemeral',
        'object.managed',
        'true',
        'false',
        'not object.managed',
        leaf(),
        leaf(),
        leaf(),
        leaf(),
      ]);
    switch (random.below(12)) {
      case 0:
      case 1:
        return `(${truth(left - 1)} and ${truth(left - 1)})`;
      case 2:
        return `(${truth(left - 1)} or ${truth(left - 1)})`;
      case 3:
        return `not (${truth(left - 1)})`;
      case 4:
        return `(${truth(left - 1)}) ${random.pick(['==', '!='])} (${truth(left - 1)})`;
      case 5:
        return `(${truth(left - 1)} ? ${truth(left - 1)} : ${truth(left - 1)})`;
      case 6:
        return `${truth(left - 1)} and ${truth(left - 1)} and ${truth(left - 1)}`;
      default:
        return leaf();
    }
  }

  function leaf(): string {
    switch (random.below(16)) {
      case 0:
      case 1:
        return `${text()} ${random.pick(['==', '!=', '<', '<=', '>', '>='])} ${text()}`;
      case 2:
      case 3:
        return `${text()} ${random.pick(['contains', 'startsWith', 'endsWith', 'not contains'])} ${random.below(4) === 0 ? text() : quote(random.pick(texts))}`;
      case 4:
        return `${text()} ${random.pick(['matches', 'not matches'])} "${random.pick(patterns)}"`;
      case 5:
      case 6:
        return `${number()} ${random.pick(['==', '!=', '<', '<=', '>', '>='])} ${number()}`;
      case 7:
        return `${text()} ${random.pick(['in', 'not in'])} [${list(() => quote(random.pick(texts)))}]`;
      case 8:
        return `${number()} in ${random.pick([`[${list(() => random.pick(numbers))}]`, '1..3', '100..110'])}`;
      case 9:
        return `${text()} in ${random.pick(['object.profiles', 'object.used_by'])}`;
      case 10:
        return `${quote(random.pick(keys))} in ${random.pick(['object.config', 'object.devices', 'object.devices["a"]'])}`;
      case 11:
        return `${random.pick(['object.config', 'object.profiles', 'object.used_by', 'object.devices'])} ${random.pick(['==', '!='])} nil`;
      case 12:
        return `${random.pick(['any', 'all', 'none', 'one'])}(object.profiles, # ${random.pick(['==', 'startsWith', 'contains'])} ${quote(random.pick(texts))})`;
      case 13:
        // These may fail: what stands before and behind them must keep its order.
        return random.pick([
          'object.profiles[0] == "a"',
          'object.profiles[1] == "web"',
          'object.size % object.status_code == 0',
          'free.a == "a"',
          'free.a.b == 1',
          'int(name) == 1',
        ]);
      case 14:
        return `${random.pick(['object.ephemeral', 'object.managed'])} ${random.pick(['==', '!='])} ${random.pick(['true', 'false', 'object.managed'])}`;
      default:
        return `len(${random.pick(['name', 'object.status', 'object.profiles', 'object.config'])}) ${random.pick(['>', '==', '<'])} ${random.below(4)}`;
    }
  }

  function list(item: () => string): string {
    return Array.from({ length: random.below(4) }, item).join(', ');
  }

  function text(): string {
    switch (random.below(8)) {
      case 0:
        return quote(random.pick(texts));
      case 1:
      case 2:
        return `object.config[${quote(random.pick(keys))}]`;
      case 3:
        return `object.devices[${quote(random.pick(keys))}][${quote(random.pick(keys))}]`;
      case 4:
        return random.pick([
          `lower(${random.pick(textFields)})`,
          `${random.pick(textFields)} + "-1"`,
          'object.config[name]',
          '"we" + "b"',
          'object.config.a',
          '"\\u0000"',
        ]);
      default:
        return random.pick(textFields);
    }
  }

  function number(): string {
    switch (random.below(6)) {
      case 0:
      case 1:
        return random.pick(numbers);
      case 2:
        return random.pick(['object.size + 1', '1 + 1', '1 / 0', '-object.size', 'object.ratio * 2', '2 ** 53']);
      default:
        return random.pick(['object.size', 'object.status_code', 'object.ratio']);
    }
  }
}

const jsonTexts = [
  ...texts.map((text) => JSON.stringify(text)),
  '"\\u0000"',
  '"a\\u0000b"',
  '"\\ud800"',
  '"\\uD83D\\uDE00"',
  '"\\u0077eb"',
  '"\\u003ca\\u003e\\u0026"',
  '"a\\/b"',
];
const jsonNumbers = [
  '0',
  '1',
  '2',
  '-1',
  '-0',
  '103',
  '4294967296',
  '9007199254740991',
  '9007199254740993',
  '123456789012345678901234567890',
  '1.5',
  '0.1',
  '1e400',
  '1e-400',
  '1E3',
  '-0.5',
  '3.0',
  '0.30000000000000004',
];
const jsonOthers = ['null', 'true', 'false', '{}', '[]', '"a"', '1', '["a"]', '{"a":"a"}'];
const jsonKeys = [
  '"a"',
  '"b"',
  '"image.os"',
  '"a\\u003cb"',
  '"a\\"b"',
  '"é"',
  '"\\u00e9"',
  '""',
  '"a\\\\b"',
  '"it\'s"',
  '"\\u0061"',
  '"toString"',
  '"__proto__"',
];

/** A document that may lack any field, or have another type there. */
export function makeDocument(random: Random): string {
  const one = (usual: () => string): string => (random.below(6) === 0 ? random.pick(jsonOthers) : usual());
  const text = (): string => one(() => random.pick(jsonTexts));
  // Incus tells no other ones: an object whose status no database can hold is refused.
  const status = (): string => one(() => JSON.stringify(random.pick(texts)));
  const number = (): string => one(() => random.pick(jsonNumbers));
  const list = (): string => one(() => `[${Array.from({ length: random.below(4) }, text).join(', ')}]`);
  const map = (value: () => string): string =>
    one(() => {
      const names = new Set(Array.from({ length: random.below(5) }, () => random.pick(jsonKeys)));
      // No name twice: what that means is told by nobody.
      const distinct = [...names].filter(
        (name, at, all) => all.findIndex((other) => JSON.parse(other) === JSON.parse(name)) === at,
      );
      return `{${distinct.map((name) => `${name}: ${value()}`).join(',')}}`;
    });
  const fields: [string, () => string][] = [
    ['status', status],
    ['description', text],
    ['size', number],
    ['status_code', number],
    ['ratio', number],
    ['ephemeral', () => random.pick(['true', 'false', 'null', '1', '"true"'])],
    ['managed', () => random.pick(['true', 'false'])],
    ['profiles', list],
    ['used_by', list],
    ['config', () => map(text)],
    ['devices', () => map(() => map(text))],
  ];
  return `{${fields
    .filter(() => random.below(8) > 0)
    .map(([name, make]) => `"${name}":${make()}`)
    .join(',')}}`;
}

export const makeName = (random: Random): string => random.pick(texts);
