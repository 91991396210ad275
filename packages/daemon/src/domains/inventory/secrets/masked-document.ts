import { isSecretName, REDACTED } from '@operations-center/fleet-protocol';

/** One secret that was taken out of a document. `at`: where its mask begins; `raw`: its JSON, to the letter. */
export type Secret = { at: number; raw: string; path: string };
/** A document in which a mask stands in the place of each secret. */
export type MaskedDocument = { masked: string; secrets: Secret[] };

const mask = JSON.stringify(REDACTED);

/** The same few thousand names are asked for over and over, by each scan of each object. */
const askedNames = new Map<string, boolean>();
const mostNames = 20_000;
const longestName = 100;

function isSecret(name: string): boolean {
  const known = askedNames.get(name);
  if (known !== undefined) return known;
  if (name.length > longestName) return isSecretName(name);
  if (askedNames.size >= mostNames) askedNames.clear();
  const answer = isSecretName(name);
  askedNames.set(name, answer);
  return answer;
}

/**
 * Takes the secrets out of the text of a document that was parsed before: texts under a name that the table of secret
 * names has (`fleet-protocol`), never whole subtrees. The rest stays to the letter. An empty text tells that there is none.
 */
export function takeSecrets(text: string): MaskedDocument {
  const secrets: Secret[] = [];
  let masked = '';
  let copied = 0;
  let at = 0;

  function skipSpace(): void {
    while (isSpace(text[at])) at += 1;
  }
  function readText(): string {
    const start = at;
    at += 1;
    while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
    at += 1;
    return text.slice(start, at);
  }
  function readValue(path: string, isNamed: boolean): void {
    skipSpace();
    const first = text[at];
    if (first === '{') readObject(path);
    else if (first === '[') readList(path, isNamed);
    else if (first === '"') takeText(path, isNamed);
    else while (at < text.length && !isEnd(text[at])) at += 1;
  }
  function takeText(path: string, isNamed: boolean): void {
    const start = at;
    const raw = readText();
    if (!isNamed || raw === '""') return;
    masked += text.slice(copied, start);
    secrets.push({ at: masked.length, raw, path });
    masked += mask;
    copied = at;
  }
  function readObject(path: string): void {
    for (skipTo(1); text[at] !== '}'; skipComma()) {
      const name = JSON.parse(readText()) as string; // a text, by its quotes
      skipSpace();
      at += 1; // the colon
      readValue(pathOf(path, name), isSecret(name));
    }
    at += 1;
  }
  function readList(path: string, isNamed: boolean): void {
    let index = 0;
    for (skipTo(1); text[at] !== ']'; skipComma()) {
      readValue(`${path}[${index}]`, isNamed);
      index += 1;
    }
    at += 1;
  }
  function skipTo(count: number): void {
    at += count;
    skipSpace();
  }
  function skipComma(): void {
    skipSpace();
    if (text[at] === ',') skipTo(1);
  }

  readValue('', false);
  return { masked: masked + text.slice(copied), secrets };
}

const isSpace = (char: string | undefined): boolean => char === ' ' || char === '\n' || char === '\r' || char === '\t';
const isEnd = (char: string | undefined): boolean => char === ',' || char === '}' || char === ']' || isSpace(char);

/** Puts secrets back into a text in which the document begins at `from`. */
export function putBack(text: string, secrets: readonly Secret[], from = 0): string {
  let whole = '';
  let copied = 0;
  for (const { at, raw } of secrets) {
    whole += text.slice(copied, from + at) + raw;
    copied = from + at + mask.length;
  }
  return whole + text.slice(copied);
}

/** Whether `takeSecrets` finds any in the text of this value. */
export function holdsSecret(value: unknown, isNamed = false): boolean {
  if (typeof value === 'string') return isNamed && value !== '';
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some((one) => holdsSecret(one, isNamed));
  return Object.entries(value).some(([name, inner]) => holdsSecret(inner, isSecret(name)));
}

/** As a filter writes it: `devices.root`, `config["limits.cpu"]`. */
export function pathOf(parent: string, key: string): string {
  if (!/^[A-Za-z_]\w*$/.test(key)) return `${parent}[${JSON.stringify(key)}]`;
  return parent === '' ? key : `${parent}.${key}`;
}
