import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { holdsSecret, putBack, takeSecrets } from './masked-document.ts';

const masks = (text: string): unknown => JSON.parse(takeSecrets(text).masked);

test('texts under the name of a secret are taken, whatever is around them; nothing else is', () => {
  const instance = {
    name: 'key',
    config: {
      'cloud-init.user-data': '#cloud-config\npassword: "x"',
      'environment.PATH': '/bin',
      'user.db.password': 'hunter2',
      'user.token': '',
      'image.os': 'debian',
    },
    // Names of devices are nobody's secret, nor is what is below them.
    devices: { token: { type: 'disk', 'ceph.secret': 'a' } },
    secrets: ['one', { name: 'two' }],
    key: 5,
  };
  expect(masks(JSON.stringify(instance))).toEqual({
    ...instance,
    config: {
      ...instance.config,
      'cloud-init.user-data': '**redacted**',
      'environment.PATH': '**redacted**',
      'user.db.password': '**redacted**',
    },
    devices: { token: { type: 'disk', 'ceph.secret': '**redacted**' } },
    secrets: ['**redacted**', { name: 'two' }],
  });
  const { secrets } = takeSecrets(
    '{"config":{"bgp.peers.a.password":"p"},"devices":{"x":{"key":"k"}},"secrets":["s"]}',
  );
  expect(secrets.map(({ path, raw }) => [path, raw])).toEqual([
    ['config["bgp.peers.a.password"]', '"p"'],
    ['devices.x.key', '"k"'],
    ['secrets[0]', '"s"'],
  ]);
});

test('what comes back is the same to the letter, also of what was written in an odd way', () => {
  for (const text of [
    '{ "token" : "\\u00e9\\"" ,\n "a":[ ] , "b":{ }, "n":-1.5e3, "t":true, "password":"**redacted**"}',
    String.raw`{"to\u006ben":"x","password":"\\","e":"\\\"","secret":"😀"}`,
    '{"config":{"token":"first"},"config":{}}',
  ]) {
    const { masked, secrets } = takeSecrets(text);
    expect(secrets.length).toBeGreaterThan(0);
    for (const { raw } of secrets.filter((one) => one.raw !== '"**redacted**"')) expect(masked).not.toContain(raw);
    expect(putBack(masked, secrets)).toBe(text);
    expect(putBack(`é${masked}${masked}`, secrets, 1)).toBe(`é${text}${masked}`);
  }
});

const name = fc.constantFrom('token', 'password', 'config', 'a', 'environment.X', '__proto__', 'é"', 'key');
const value = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.string({ unit: 'binary' }),
    fc.constantFrom('', 5, null, true, '**redacted**'),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(name, tie('value'), { maxKeys: 5 }),
  ),
})).value;

test('any document comes back, its masks are JSON, and no secret is left in them', () => {
  fc.assert(
    fc.property(fc.dictionary(name, value), fc.constantFrom(undefined, 1, '\t'), (document, space) => {
      const text = JSON.stringify(document, null, space);
      const { masked, secrets } = takeSecrets(text);
      expect(putBack(masked, secrets)).toBe(text);
      expect(takeSecrets(masked).secrets.every(({ raw }) => raw === '"**redacted**"')).toBe(true);
      expect(secrets.length > 0).toBe(holdsSecret(JSON.parse(text)));
    }),
  );
});
