import { makeCertificate } from '@operations-center/tls';
import { expect, test } from 'vitest';
import type { Server } from '../../servers/server.ts';
import { versionData } from '../testing/values.ts';
import { runChecks } from './run-checks.rules.ts';
import { allFacts, factsOf } from './test-facts.ts';

/** Facts of our own rows, which no simulated fault can change: the second of two servers is otherwise. */
const withRow = (change: Partial<Server>) => {
  const second = factsOf('server2');
  return allFacts([factsOf('server1'), { ...second, server: { ...second.server, ...change } }]);
};

const day = 86_400_000;
const certificateOf = async (fromDays: number, days: number): Promise<Partial<Server>> => {
  const notBefore = new Date(Date.now() + fromDays * day);
  const { certificate } = await makeCertificate({ commonName: 'server2', notBefore, days });
  return { certificate };
};
const incus = (change: object, name = 'incus') => ({
  version_data: versionData({ applications: [{ name, version: '202609010000', in_maintenance: 0, ...change }] }),
});

const cases: readonly [
  check: string,
  verdict: string,
  what: string,
  change: Partial<Server> | Promise<Partial<Server>>,
][] = [
  ['server-ready', 'blocking', 'offline', { status: 'offline' }],
  ['server-idle', 'blocking', 'updating', { status_detail: 'updating' }],
  ['warned-of-before', 'warning', 'unresponsive', { status_detail: 'unresponsive' }],
  ['addresses-distinct', 'blocking', 'the address of server1', { connection_url: 'https://server1:8443' }],
  ['not-in-a-cluster', 'blocking', 'a member', { cluster: 'other' }],
  ['not-claimed', 'blocking', 'being made a member', { forming_cluster: 'other' }],
  ['machines-distinct', 'blocking', 'the UUID of server1', { system_uuid: 'uuid-of-server1' }],
  ['server-certificate-valid', 'blocking', 'expired', certificateOf(-20, 10)],
  ['server-certificate-valid', 'blocking', 'of tomorrow', certificateOf(1, 10)],
  ['server-certificate-valid', 'warning', 'to expire', certificateOf(-1, 10)],
  ['server-type', 'blocking', 'of another type', { server_type: 'migration-manager' }],
  ['incus-installed', 'blocking', 'without Incus', { version_data: versionData({ applications: [] }) }],
  ['incus-application-alike', 'blocking', 'with the other Incus', incus({}, 'incus-lts-7.0')],
  ['incus-version-alike', 'blocking', 'with another version', incus({ version: '202611220000' })],
  ['server-channel', 'blocking', 'of another channel', { channel: 'testing' }],
  ['no-update-pending', 'blocking', 'to be updated', { version_data: versionData({ needs_update: true }) }],
  ['no-reboot-pending', 'blocking', 'to be restarted', { version_data: versionData({ needs_reboot: true }) }],
  ['not-in-maintenance', 'blocking', 'evacuated', incus({ in_maintenance: 2 })],
];

test.each(cases)('%s says %s of a server that is %s', async (check, verdict, _what, change) => {
  const [healthy] = runChecks(withRow({}), []).filter((one) => one.check === check);
  expect(healthy?.verdict).toBe('ok');
  const found = runChecks(withRow(await change), []).filter((one) => one.check === check && one.verdict !== 'ok');
  expect(found.map((one) => one.verdict)).toEqual([verdict]);
  expect(found[0]?.servers).toContain('server2');
});

test('our own certificate, and the last free lvm id', async () => {
  const { certificate } = await makeCertificate({ commonName: 'us', notBefore: new Date(0), days: 10 });
  const facts = withRow({});
  const own = { ...facts.own, certificate };
  const verdictOf = (check: string, changed: typeof facts) =>
    runChecks(changed, []).find((one) => one.check === check)?.verdict;
  expect(verdictOf('our-certificate-valid', { ...facts, own })).toBe('blocking');
  const taken = Array.from({ length: 2_000 }, (_, at) => {
    return { machine: `m${at}`, id: at + 1, server: '', held_by: null, changed_at: 0 };
  });
  const lvm = [{ machine: 'server1', server: 'server1', enabled: false, id: 0 }];
  const request = { ...facts.request, services: [{ name: 'lvm', config: { enabled: true } }] };
  expect(verdictOf('lvm-ids-left', { ...facts, request, lvm, rows: { ...facts.rows, lvm_ids: taken } })).toBe(
    'blocking',
  );
  expect(verdictOf('lvm-ids-left', { ...facts, request, lvm, rows: { ...facts.rows, lvm_ids: taken.slice(1) } })).toBe(
    'ok',
  );
});
