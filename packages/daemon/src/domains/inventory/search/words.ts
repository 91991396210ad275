import { isSecretName } from '@operations-center/fleet-protocol';

const mostWords = 200;
const longestWord = 64;
const shortestPart = 2;

/** What nobody looks for: whoever uses an object is found by its own name, and what repeats what stands elsewhere. */
const leftOut = new Set(['used_by', 'expanded_config', 'expanded_devices', 'snapshots', 'backups']);
/** Of what is measured only addresses are looked for. */
const address =
  /^(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f:]*:[0-9a-f:]+(?:\.\d+)*|[0-9a-f]{2}(?::[0-9a-f]{2}){5})(?:\/\d{1,3})?$/i;
const machineKey = /^volatile\.(?!.*hwaddr)/;

export type Place = { path: string; value: string };

/** Texts of an object that can be searched for, with where they stand. Nothing secret is among them. */
export function* textsOf(object: Readonly<Record<string, unknown>>): Generator<Place> {
  yield* textsIn(object, '', false);
}

function* textsIn(value: unknown, path: string, onlyAddresses: boolean): Generator<Place> {
  if (typeof value === 'string') {
    if (value !== '' && (!onlyAddresses || address.test(value))) yield { path, value };
  } else if (Array.isArray(value)) {
    for (const [index, one] of value.entries()) yield* textsIn(one, `${path}[${index}]`, onlyAddresses);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, one] of Object.entries(value)) {
      if (leftOut.has(key) || isSecretName(key) || machineKey.test(key)) continue;
      yield* textsIn(one, pathOf(path, key), onlyAddresses || (path === '' && key === 'state'));
    }
  }
}

/** As a filter writes it. */
const pathOf = (parent: string, key: string): string => {
  if (!/^[A-Za-z_]\w*$/.test(key)) return `${parent}[${JSON.stringify(key)}]`;
  return parent === '' ? key : `${parent}.${key}`;
};

/** The words by which an object is found, each once, with spaces between. */
export function wordsOf(name: string, object: Readonly<Record<string, unknown>>): string {
  const words = new Set(wordsIn(name));
  for (const { value } of textsOf(object)) {
    if (words.size >= mostWords) break;
    for (const word of wordsIn(value)) words.add(word);
  }
  return [...words].slice(0, mostWords).join(' ');
}

/** What somebody types, as words: each must be the beginning of one. */
export const askedWords = (text: string): string[] => [...new Set(splitText(text))].slice(0, 10);

/** Whole, and its parts: `web-1.lan` is found by `web-1`, `1` is too short; an address is whole, with and without its mask. */
function* wordsIn(text: string): Generator<string> {
  for (const word of splitText(text)) {
    yield word;
    if (address.test(word)) {
      if (word.includes('/')) yield word.slice(0, word.indexOf('/'));
      continue;
    }
    const parts = word.split(/[-_./:@]+/);
    if (parts.length > 1) for (const part of parts) if (part.length >= shortestPart) yield part;
  }
}

// What separates words, and what the index of a database takes for something of its own.
const splitText = (text: string): string[] =>
  text
    .slice(0, 2_000)
    .toLowerCase()
    .split(/[\s,;"'`()[\]{}<>|=&!*?\\^~#$%+\0]+/)
    .filter((word) => word !== '' && word.length <= longestWord);
