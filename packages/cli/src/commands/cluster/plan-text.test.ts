import type { PlannedCall, PlannedChange } from '@operations-center/contract';
import { expect, test } from 'vitest';
import { clusterPlan, planFinding, plannedStep } from '../../testing/plans.ts';
import { planText } from './plan-text.ts';

const change = (what: string, before: string | null, after: string | null): PlannedChange => ({ what, before, after });
const call = (method: PlannedCall['method'], path: string): PlannedCall => ({
  server: 'server1',
  method,
  path,
  body: {},
});
const servers = ['server1', 'server2', 'server3'];

const whole = clusterPlan({
  findings: [
    planFinding('clock-skew', {
      verdict: 'warning',
      servers: ['server3'],
      seen: '1.8 s behind server1',
      cause: 'joins tolerate 5 s',
    }),
    planFinding('versions-alike'),
    planFinding('free-space'),
  ],
  notes: [
    { code: 'check_warns', message: 'clock-skew: said above' },
    { code: 'system_id_allotted', message: 'system_id of lvm is allotted by server' },
  ],
  steps: [
    plannedStep('preflight', { phase: 'preflight', servers }),
    ...servers.map((server, at) =>
      plannedStep(`configure-services/${server}`, {
        changes: [
          change('lvm.enabled', 'false', 'true'),
          change('lvm.system_id', null, String(at + 1)),
          ...(at === 0
            ? []
            : [change('nvme.targets[0].transport', null, 'tcp'), change('nvme.targets[0].port', null, '8009')]),
        ],
        already: at === 0 ? ['nvme'] : [],
      }),
    ),
    ...servers.map((server) => plannedStep(`back-up-application/${server}`)),
    plannedStep('set-addresses/server1', { changes: [change('core.https_address', ':8443', '10.0.0.11:8443')] }),
    plannedStep('bootstrap/server1'),
    plannedStep('join-member/server2', { interrupts: 'Incus does not answer for some seconds' }),
    plannedStep('join-member/server3', { interrupts: 'Incus does not answer for some seconds' }),
    plannedStep('apply-application-config/storage-pool/local', {
      calls: [
        ...servers.map((one) => call('POST', `/1.0/storage-pools?target=${one}`)),
        call('POST', '/1.0/storage-pools'),
      ],
      changes: [
        change('driver', null, 'zfs'),
        change('description', null, 'Local'),
        change('config.source', null, 'local/incus'),
      ],
    }),
    plannedStep('apply-application-config/profile/internal/default', {
      calls: [call('PUT', '/1.0/profiles/default?project=internal')],
      changes: [change('config["limits.cpu"]', null, '2'), change('devices["root"]', 'pool=a', 'pool=b')],
    }),
    plannedStep('apply-application-config/network/default/incusbr0', { already: ['incusbr0'] }),
  ],
});

test('a plan is grouped, one line for what is the same on all servers, and ends with what it means', () => {
  expect(planText(whole, undefined)).toBe(`Cluster "wonderful": 3 servers, channel stable

Preflight   3 checks: 2 ok, 1 warning
  ! clock-skew                          server3: 1.8 s behind server1; joins tolerate 5 s
Services    on server1, server2, server3
  ~ lvm                                 enabled: false → true, system_id: → 1, 2, 3
  ~ nvme                                targets: + tcp 8009 (only on server2, server3)
  = nvme                                as wanted already (only on server1)
Cluster
  + back up Incus                       on server1, server2, server3; for the undo
  ~ listen on server1                   core.https_address: :8443 → 10.0.0.11:8443
  + bootstrap                           server1; undo: restore
  + join                                server2, then server3; undo: restore
Application
  + storage pool local                  zfs, source local/incus, on each member
  ~ profile default (project internal)  limits.cpu: → 2, device root: pool=a → pool=b
  = network incusbr0                    as wanted already

! system_id of lvm is allotted by server

About 40 s. Nothing restarts. server2, server3: Incus does not answer for some seconds. If it fails half-way, all are put back as they are now. Plan 7c1f…a9.
`);
});

test('what cannot be taken back and what stops it are said aloud', () => {
  const text = planText(
    clusterPlan({
      runnable: false,
      findings: [
        planFinding('pool-names-free', {
          verdict: 'blocking',
          servers: ['server1'],
          seen: 'has local',
          remedy: 'delete it',
        }),
        planFinding('member-count', { verdict: 'blocking', ignored: true, seen: '2 members' }),
      ],
      steps: [
        plannedStep('back-up-application/server1', {
          undo: { automatic: false, about: 'not by itself: server1 is not empty', calls: [] },
        }),
      ],
    }),
    undefined,
  );
  expect(text).toContain('\n  ! undo             not by itself: server1 is not empty\n');
  expect(text).toContain('If it fails half-way, not all of it is put back by itself: see above.');
  expect(text).toContain('\n  ✗ pool-names-free  server1: has local\n                     → delete it\n');
  expect(text).toContain('\n  ~ member-count     2 members (ignored)\n');
  expect(text).toMatch(/\nIt cannot be run: pool-names-free\.\n$/);
});

test('on a terminal long lines are broken between words and stay below their beginning', () => {
  const lines = planText(whole, 80).split('\n');
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
  expect(lines.join('\n')).toContain(
    '  ~ profile default (project internal)  limits.cpu: → 2, device root: pool=a →\n',
  );
});
