import { expect, test } from 'vitest';
import { pageAddress } from './page-address.rules.ts';

test.each([
  ['https://center.example.org:8443/', '0.0.0.0:7443', 'https://center.example.org:8443'],
  ['', '10.0.0.2:7443', 'https://10.0.0.2:7443'],
  ['', '0.0.0.0:7443', 'https://127.0.0.1:7443'],
  ['', '[::]:7443', 'https://[::1]:7443'],
  ['', '[fd00::1]:7443', 'https://[fd00::1]:7443'],
  ['', undefined, ''],
])('told "%s", listening at %s: %s', (told, listening, address) => {
  expect(pageAddress(told, listening)).toBe(address);
});
