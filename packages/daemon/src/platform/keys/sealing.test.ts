import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { isSealed, makeSealer, resealText, type Sealed } from './sealing.ts';

const sealer = makeSealer(randomBytes(32));

test('a sealed secret opens to itself, and two seals of it differ', () => {
  const [one, two] = [sealer.seal('höchst geheim'), sealer.seal('höchst geheim')];
  expect(isSealed(one)).toBe(true);
  expect(one).not.toContain('geheim');
  expect(one).not.toBe(two);
  expect(sealer.open(one)).toBe('höchst geheim');
});

test('another key or a changed byte opens nothing', () => {
  const sealed = sealer.seal('secret');
  expect(() => makeSealer(randomBytes(32)).open(sealed)).toThrow(/sealed with another key/);
  const changed = `${sealed.slice(0, -2)}${sealed.endsWith('AA') ? 'BB' : 'AA'}` as Sealed;
  expect(() => sealer.open(changed)).toThrow(/sealed with another key/);
});

test('secrets are sealed by path, opened and redacted in place, the rest untouched', () => {
  const json = JSON.stringify({
    peers: [
      { name: 'a', key: 'k1' },
      { name: 'b', key: '' },
    ],
    password: 'p"w',
    note: 'plain',
  });
  const sealed = sealer.sealPaths(json, [['peers', '*', 'key'], ['password'], ['nowhere', 'at', 'all']]);
  expect(sealed).not.toContain('"k1"');
  expect(sealed).toContain('plain');
  expect(JSON.parse(sealer.openAll(sealed))).toEqual(JSON.parse(json));
  expect(JSON.parse(sealer.redactAll(sealed))).toMatchObject({
    password: '**redacted**',
    peers: [{ key: '**redacted**' }, { key: '' }],
  });
});

test('a document opens no secret that was sealed elsewhere, wherever it was put into it', () => {
  const webhook = sealer.seal('shown to nobody');
  const json = JSON.stringify({ username: webhook, password: webhook });
  const sealed = sealer.sealPaths(json, [['password']]);
  expect(JSON.parse(sealer.openAll(sealed))).toEqual({ username: webhook, password: webhook });
  // Nor is a field of a document taken for a secret of ours.
  const { password } = JSON.parse(sealed) as { password: Sealed };
  expect(() => sealer.open(password)).toThrow(/changed/);
  expect(sealer.inspect(password)).toEqual({ kind: 'field', secret: webhook });
});

test("a text that only looks sealed is somebody's own, and harms nothing", () => {
  for (const text of ['sealed:v1:', 'sealed:v1:abc', `sealed:v1:${'A'.repeat(80)}`]) {
    const json = JSON.stringify({ note: text, password: text });
    const sealed = sealer.sealPaths(json, [['password']]);
    expect(JSON.parse(sealed)).toMatchObject({ note: text, password: expect.not.stringContaining(`${text}"`) });
    expect((JSON.parse(sealed) as { password: string }).password).not.toBe(text);
    expect(JSON.parse(sealer.openAll(sealed))).toEqual({ note: text, password: text });
    expect(() => sealer.open(text as Sealed)).toThrow(/changed, or sealed with another key/);
  }
});

test('a key of before opens what it sealed, and seals and names nothing any more', () => {
  const [old, fresh] = [randomBytes(32), randomBytes(32)];
  const both = makeSealer(fresh, [old]);
  expect(both.open(makeSealer(old).seal('secret'))).toBe('secret');
  expect(makeSealer(fresh).open(both.seal('secret'))).toBe('secret');
  expect(both.digest('x')).toBe(makeSealer(fresh).digest('x'));
  expect(both.identify('p', 'x')).toBe(makeSealer(fresh).identify('p', 'x'));
});

test('sealed anew: every secret of a text, those within secrets too; a look-alike stays and is counted', () => {
  const [old, fresh] = [makeSealer(randomBytes(32)), makeSealer(randomBytes(32))];
  const inner = JSON.stringify({ key: old.seal('innermost') });
  const field = old.sealPaths('{"c":"two"}', [['c']]);
  const text = JSON.stringify({ a: old.seal('one'), b: old.seal(inner), note: 'sealed:v1:look-alike', field });
  const done = resealText(text, old, fresh);
  expect(done).toMatchObject({ sealed: 4, left: 1 });
  const value = JSON.parse(done.text) as Record<'a' | 'b' | 'note', Sealed> & { field: string };
  expect(fresh.openAll(value.field)).toBe('{"c":"two"}');
  expect(value.note).toBe('sealed:v1:look-alike');
  expect(fresh.open(value.a)).toBe('one');
  const { key } = JSON.parse(fresh.open(value.b)) as { key: Sealed };
  expect(fresh.open(key)).toBe('innermost');
  expect(old.tryOpen(key)).toBeUndefined();
});
