import type { AuditEntry } from '@operations-center/contract';
import { expect, test } from 'vitest';
import { entriesOf, isRunning } from './audit.rules.ts';

const entry = (more: Partial<AuditEntry>): AuditEntry => ({ by: 'request', outcome: null, ...more }) as AuditEntry; // the rules read these fields alone

test('the entries of a server are not those of one whose name begins like it', () => {
  const path = '/1.0/provisioning/servers/server1';
  const all = [path, `${path}/:resync`, `${path}0`, `${path}0/:resync`].map((object) => entry({ object }));
  expect(entriesOf(path, all).map(({ object }) => object)).toEqual([path, `${path}/:resync`]);
});

test('a request without an outcome is still running, an event never is', () => {
  const outcome = { time: '', status: 200, code: '' };
  expect([entry({}), entry({ outcome }), entry({ by: 'event' })].map(isRunning)).toEqual([true, false, false]);
});
