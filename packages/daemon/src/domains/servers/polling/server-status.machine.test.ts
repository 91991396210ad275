import { expect, test } from 'vitest';
import type { ServerStatus, ServerStatusDetail } from '../server.ts';
import { decideServerStatus, type Seen, type Standing } from './server-status.machine.ts';

const standing = (words: string, more: Partial<Standing> = {}): Standing => {
  const [status, detail = ''] = words.split('/');
  // The tables below hold words of these two lists only.
  const known = { status: status as ServerStatus, status_detail: detail as ServerStatusDetail };
  return { ...known, status_reason: '', status_changed_at: 0, isForming: false, ...more };
};
const words = ({ status, status_detail }: Pick<Standing, 'status' | 'status_detail'>): string =>
  status_detail === '' ? status : `${status}/${status_detail}`;

const ready: Seen = { kind: 'ready' };
const booting: Seen = { kind: 'booting', reason: 'starts' };
const silent: Seen = { kind: 'silent', reason: 'server_unreachable: connection refused' };
const refused: Seen = { kind: 'refused', reason: 'refused: no (HTTP 403)' };
const stranger: Seen = { kind: 'stranger', reason: 'certificate_changed: it shows b, expected a' };

test.each<[string, Seen, string]>([
  ['unregistered', ready, 'unregistered'],
  ['unregistered', silent, 'unregistered'],
  ['unknown', ready, 'ready'],
  ['unknown', silent, 'offline/unresponsive'],
  ['pending/registering', ready, 'ready'],
  ['pending/registering', booting, 'pending/registering'],
  ['pending/registering', refused, 'pending/registering'],
  ['pending/registering', silent, 'pending/registering'],
  ['pending/registering', stranger, 'offline/unresponsive'],
  ['pending/re-configuring', ready, 'ready'],
  ['ready', ready, 'ready'],
  ['ready', booting, 'ready'],
  ['ready', refused, 'offline/unresponsive'],
  ['ready', silent, 'offline/unresponsive'],
  ['ready', stranger, 'offline/unresponsive'],
  ['ready/updating', ready, 'ready/updating'],
  ['ready/updating', { kind: 'ready', needs_update: false }, 'ready'],
  ['ready/updating', { kind: 'ready', needs_update: true }, 'ready/updating'],
  ['ready/updating application', { kind: 'ready', needs_update: false }, 'ready'],
  ['ready/evacuating', { kind: 'ready', in_maintenance: 1 }, 'ready/evacuating'],
  ['ready/evacuating', { kind: 'ready', in_maintenance: 2 }, 'ready'],
  ['ready/restoring', { kind: 'ready', in_maintenance: 3 }, 'ready/restoring'],
  ['ready/restoring', { kind: 'ready', in_maintenance: 0 }, 'ready'],
  ['offline/rebooting', silent, 'offline/rebooting'],
  ['offline/rebooting', ready, 'ready'],
  ['offline/shut down', silent, 'offline/shut down'],
  ['offline/shut down', ready, 'ready'],
  ['offline/unresponsive', silent, 'offline/unresponsive'],
  ['offline/unresponsive', booting, 'offline/unresponsive'],
  ['offline/unresponsive', ready, 'ready'],
])('%s, seen %o, is %s', (before, seen, after) => {
  expect(words(decideServerStatus(standing(before), seen, 60_000))).toBe(after);
});

test('a rebooting server that still answers within 30 s has not gone down yet', () => {
  expect(words(decideServerStatus(standing('offline/rebooting'), ready, 29_999))).toBe('offline/rebooting');
  expect(words(decideServerStatus(standing('offline/rebooting'), ready, 30_000))).toBe('ready');
});

test('a reason comes with the outage, is renewed, and goes with it', () => {
  const down = decideServerStatus(standing('ready'), silent, 0);
  expect(down.status_reason).toBe('server_unreachable: connection refused');
  const changed = decideServerStatus({ ...standing('offline/unresponsive'), ...down }, stranger, 0);
  expect(changed.status_reason).toBe('certificate_changed: it shows b, expected a');
  expect(decideServerStatus({ ...standing('offline/unresponsive'), ...changed }, ready, 0).status_reason).toBe('');
});

test.each([ready, booting, silent, refused, stranger])(
  'while a cluster is formed with it, %o changes nothing',
  (seen) => {
    for (const before of ['ready', 'pending/registering', 'offline/unresponsive']) {
      expect(words(decideServerStatus(standing(before, { isForming: true }), seen, 60_000))).toBe(before);
    }
  },
);
