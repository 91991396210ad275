import { expect, test } from 'vitest';
import { makeFaults } from '../faults.ts';
import { askOs, pretendOs } from '../testing.ts';
import { showFaults } from './show-faults.ts';
import { SHOWN_FAULTS } from './table.ts';

const names = Object.keys(SHOWN_FAULTS) as (keyof typeof SHOWN_FAULTS)[];
const ofIncusOs = names.filter((name) => SHOWN_FAULTS[name].path.startsWith('/os/'));

/** An argument that every fault can make something of. */
const argument = '7';

test.each(ofIncusOs)('%s changes what is shown, and nothing behind it', async (name) => {
  const os = pretendOs();
  os.state.system_is_ready = true;
  const { path } = SHOWN_FAULTS[name];
  const ask = () => askOs(os, 'GET', path.slice('/os'.length));
  const before = await ask();
  expect(before.status).toBe(200);
  const faults = makeFaults([{ name, server: 'server1', arg: name === 'service-missing' ? 'lvm' : argument }]);
  const reply = { status: 200, headers: {}, body: before.body };
  const shown = JSON.parse(showFaults(faults, 'server1', path, reply).body.toString()) as { metadata: unknown };
  expect(shown.metadata).not.toEqual(before.metadata);
  expect((await ask()).metadata).toEqual(before.metadata);
  expect(showFaults(faults, 'server2', path, reply)).toBe(reply);
});

test('a refusal passes as it is', () => {
  const reply = { status: 404, headers: {}, body: '{}' };
  const faults = makeFaults([{ name: 'untrusting', server: '*' }]);
  expect(showFaults(faults, 'server1', '/1.0', reply)).toBe(reply);
});
