import { expect, test } from 'vitest';
import { findUrlProblem, findUselessUrl, isGoDuration } from './connection-url.rules.ts';

test.each([
  '',
  'https://127.0.0.1:8443',
  'https://[fd42::1]:8443',
  'https://cluster.example.net',
  'host.name:8443',
  '/path?query=a:b#fragment',
  'https://user@host:1/%20',
  'https://host:',
])('Go takes the URL %j', (text) => {
  expect(findUrlProblem(text)).toBeUndefined();
});

test.each([
  ['127.0.0.1:8443', 'parse "127.0.0.1:8443": first path segment in URL cannot contain colon'],
  [':8443', 'parse ":8443": missing protocol scheme'],
  ['https://a\nb', 'parse "https://a\\nb": net/url: invalid control character in URL'],
  ['https://host:port', 'parse "https://host:port": invalid port ":port" after host'],
  ['https://[::1', 'parse "https://[::1": missing \']\' in host'],
  ['https://[::1]x', 'parse "https://[::1]x": invalid port "x" after host'],
  ['https://a b', 'parse "https://a b": invalid character " " in host name'],
  ['/a%zz', 'parse "/a%zz": invalid URL escape "%zz"'],
])('Go refuses the URL %j', (text, problem) => {
  expect(findUrlProblem(text)).toBe(problem);
});

test.each([
  ['https://127.0.0.1:8443', undefined],
  ['https://[fd42::1]:8443', undefined],
  ['', 'it is empty'],
  ['not-a-url', '"not-a-url" is no URL with a host'],
  ['host.name:8443', '"host.name:8443" is no URL with a host'],
  ['https://host:99999', '"https://host:99999" is no URL with a host'],
  ['/path', '"/path" is no URL with a host'],
])('what nobody could open with %j: %s', (text, problem) => {
  expect(findUselessUrl(text)).toBe(problem);
});

test.each(['15m', '1h30m', '20s', '0', '-1.5h', '.5s', '3µs'])('%s is a duration', (text) => {
  expect(isGoDuration(text)).toBe(true);
});

test.each(['15', 'm', '1 h', '1d', '', '1h30', 'x'])('%j is none', (text) => {
  expect(isGoDuration(text)).toBe(false);
});
