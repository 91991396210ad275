import { expect, test } from 'vitest';
import { makeSealer } from '../../../platform/keys/sealing.ts';
import { planLivingServices } from './plan-services.plan.ts';

const sealer = makeSealer(Buffer.alloc(32, 7));
const target = (address: string) => ({ transport: 'tcp', address, port: 8009 });

function plan(name: string, wanted: Record<string, unknown>, config: Record<string, unknown>, state = {}) {
  const planned = planLivingServices(
    () => [{ name, config: wanted }],
    { server1: { [name]: { config, state } } },
    sealer,
  );
  return {
    changed: planned.services.flatMap(({ services }) => services.map((one) => JSON.parse(sealer.open(one.config)))),
    already: planned.already,
    problems: planned.problems.map(({ what }) => what),
  };
}

test('as wanted already: no call; lvm keeps its id', () => {
  expect(plan('lvm', { enabled: true }, { enabled: true, system_id: 7 })).toEqual({
    changed: [],
    already: ['lvm on server1'],
    problems: [],
  });
});

test('what was off is switched on, what is only added is added', () => {
  const one = { enabled: true, targets: [target('10.0.0.1')] };
  expect(plan('nvme', one, { enabled: false, targets: [] }).changed).toEqual([one]);
  const two = { enabled: true, targets: [target('10.0.0.1'), target('10.0.0.2')] };
  expect(plan('nvme', two, { ...one, hostnqn: '' })).toMatchObject({ changed: [two], problems: [] });
});

test.each<[string, string, Record<string, unknown>, Record<string, unknown>, RegExp]>([
  ['a target less', 'nvme', { enabled: true, targets: [] }, { enabled: true, targets: [target('a')] }, /more than/],
  ['switched off', 'netbird', { enabled: false }, { enabled: true, setup_key: 'k' }, /more than additions/],
  ['lvm without an id', 'lvm', { enabled: true }, { enabled: false, system_id: 0 }, /has lvm off/],
  [
    'what is connected',
    'iscsi',
    { enabled: true, targets: [] },
    { enabled: true, targets: [{ target: 'iqn.a' }] },
    /would lose iqn\.a/,
  ],
])('%s is refused on a living member', (_, name, wanted, config, told) => {
  expect(plan(name, wanted, config)).toMatchObject({ changed: [], problems: [expect.stringMatching(told)] });
});

test('a service that a member does not have is told', () => {
  const planned = planLivingServices(() => [{ name: 'ovn', config: { enabled: true } }], { server1: {} }, sealer);
  expect(planned.problems).toMatchObject([{ item: 'service/ovn', what: 'server1 has no service ovn' }]);
});
