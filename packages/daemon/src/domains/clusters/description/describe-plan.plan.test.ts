import { localScopeFrom, MetadataConfiguration, SystemNetwork } from '@operations-center/fleet-protocol';
import { expect, test } from 'vitest';
import { makeSealer } from '../../../platform/keys/sealing.ts';
import { type CreateClusterParts, makeCreateClusterWorkflow } from '../create-cluster.workflow.ts';
import { readCreateRequest } from '../creation/create-request.rules.ts';
import type { Snapshot } from '../look/creation-facts.ts';
import { planCreateCluster } from '../plan/create-cluster.plan.ts';
import { localKeys } from '../testing/stand-in.ts';
import { emptyServer, postOf } from '../testing/values.ts';
import { type DescribeAsk, describePlan } from './describe-plan.plan.ts';
import { medianDurations } from './durations.rules.ts';
import type { PlanLook } from './item-facts.plan.ts';
import { differencesOf } from './plan-differences.plan.ts';

const sealer = makeSealer(Buffer.alloc(32, 7));
// The steps are only named here; none of them runs.
const workflow = makeCreateClusterWorkflow({} as CreateClusterParts);
const names = ['server1', 'server2'];

const page = {
  server_names: names,
  connection_url: 'https://10.0.0.11:8443',
  services_config: {
    lvm: { enabled: true },
    nvme: { enabled: true, targets: [{ transport: 'tcp', address: '192.168.1.100', port: 8009 }] },
  },
  application_seed_config: { config: { 'user.ui.title': 'My wonderful cluster' } },
};

const healthy: Snapshot = {
  servers: names.map((name, at) => ({
    server: emptyServer(name),
    machine: `uuid-of-${name}`,
    ...{ config: {}, contents: [], certificates: [] },
    services: { lvm: { enabled: false, system_id: 0 }, nvme: { enabled: false, targets: [] } },
    network: SystemNetwork.parse({
      config: null,
      state: { interfaces: { eth0: { addresses: [`10.0.0.${11 + at}`], roles: ['management', 'cluster'] } } },
    }),
  })),
  lvm: names.map((name) => ({ machine: `uuid-of-${name}`, server: name, enabled: false, id: 0 })),
  local_scope: localScopeFrom(MetadataConfiguration.parse(localKeys)),
  looked_at: 1,
};

const empty: PlanLook = {
  servers: Object.fromEntries(names.map((name) => [name, { config: { 'core.https_address': ':8443' }, contents: [] }])),
  live: { 'profile/default/default': { description: 'Default Incus profile', config: {}, devices: {} } },
};

type Given = Partial<DescribeAsk> & { snapshot?: Snapshot; defaultChannel?: string };

function describe(change: Record<string, unknown> = {}, look: PlanLook = empty, given: Given = {}) {
  const { snapshot = healthy, defaultChannel = 'stable', ...ask } = given;
  const request = readCreateRequest(postOf({ ...page, ...change }), defaultChannel);
  const holdings = { lvm: [], mesh: [], ula_prefix: 'fd42:1:2:3::/64' };
  const planned = planCreateCluster(request, snapshot, holdings, sealer, {
    live: look.live,
    own_fingerprint: '',
  });
  const outline = workflow.steps(planned.plan);
  const fixed = { request_digest: 'digest', findings: [], ignore: [], durations: {} };
  return describePlan({ planned, look, outline, sealer, ...fixed, ...ask });
}
const stepOf = (key: string, described = describe()) => described.view.steps.find((step) => step.key === key);

test("the plan of the page's example, as it is shown", async () => {
  const text = JSON.stringify(describe().view, undefined, 2);
  await expect(`${text}\n`).toMatchFileSnapshot('shown-plan-of-the-page.golden.json');
});

test('every step says what it does and how it is taken back', () => {
  for (const step of describe().view.steps) expect(step.undo.about, step.key).not.toBe('');
  // Who adds a step that changes servers says so here and in step-facts.plan.ts.
  const quiet = describe().view.steps.flatMap(({ name, calls }) => (calls.length === 0 ? [name] : []));
  expect([...new Set(quiet)]).toEqual(['preflight', 'reserve', 'await-member', 'adopt', 'first-inventory']);
});

test('what is there on the first server is changed or left, and nothing is put back over what it holds', () => {
  const pool = { driver: 'zfs', description: 'Local storage pool (on system drive)', config: {} };
  const held = {
    servers: { ...empty.servers, server1: { config: {}, contents: ['storage-pool/local'] } },
    live: { ...empty.live, 'storage-pool/local': pool },
  };
  const described = describe({}, held);
  expect(stepOf('apply-application-config/storage-pool/local', described)).toMatchObject({
    calls: [],
    already: ['local'],
  });
  expect(stepOf('back-up-application/server1', described)?.undo).toMatchObject({ automatic: false, calls: [] });
  expect(stepOf('back-up-application/server2', described)?.undo).toMatchObject({ automatic: true });
  expect(described.view.id).not.toBe(describe().view.id);
});

test('addresses that are right already need no call', () => {
  const addresses = { 'core.https_address': '10.0.0.11:8443', 'cluster.https_address': '10.0.0.11:8443' };
  const described = describe(
    {},
    { ...empty, servers: { ...empty.servers, server1: { config: addresses, contents: [] } } },
  );
  expect(stepOf('set-addresses/server1', described)).toMatchObject({ calls: [], changes: [], already: ['addresses'] });
});

test('what is known only when the step runs is a hole, not a secret', () => {
  expect(stepOf('join-member/server2')?.calls[1]).toMatchObject({
    server: 'server2',
    body: { cluster_token: `\${token:server2}`, cluster_certificate: `\${certificate}` },
  });
});

const seen = { check: 'clock-skew', servers: ['server2'], seen: '1 s', cause: null, remedy: null };
const finding = { ...seen, verdict: 'warning', ignorable: true, ignored: false } as const;

test('a verdict is part of the id, a reading is not; blocking stops a plan unless it is ignored', () => {
  const plan = describe({}, empty, { findings: [finding] });
  expect(describe({}, empty, { findings: [{ ...finding, seen: '2 s' }] }).view.id).toBe(plan.view.id);
  // Told together or apart, it is the same verdict on the same servers.
  const apart = ['server1', 'server2'].map((server) => ({ ...finding, servers: [server], seen: `${server} 1 s` }));
  const together = { ...finding, servers: ['server2', 'server1'] };
  const ids = [apart, [together]].map((findings) => describe({}, empty, { findings }).view.id);
  expect(ids[0]).toBe(ids[1]);
  expect(ids[0]).not.toBe(plan.view.id);
  const blocking = describe({}, empty, { findings: [{ ...finding, verdict: 'blocking' }] });
  expect(blocking.view).toMatchObject({ runnable: false });
  expect(blocking.view.id).not.toBe(plan.view.id);
  const ignored = describe({}, empty, { findings: [{ ...finding, verdict: 'blocking', ignored: true }] });
  expect(ignored.view).toMatchObject({ runnable: true });
  expect(differencesOf(plan.facts, blocking.facts)).toEqual([
    {
      what: 'check clock-skew',
      before: 'warning (server2): 1 s',
      now: 'blocking (server2): 1 s',
      told: 'check clock-skew: when it was planned: warning (server2): 1 s; now: blocking (server2): 1 s',
    },
  ]);
});

test('another machine under the name, or another default channel, is another plan', () => {
  const [first, ...others] = healthy.servers;
  if (first === undefined) throw new Error('a server');
  const again = { ...first, server: { ...first.server, fingerprint: 'another' } };
  const swapped = describe({}, empty, { snapshot: { ...healthy, servers: [again, ...others] } });
  expect(differencesOf(describe().facts, swapped.facts)).toMatchObject([
    { what: 'server1: certificate', before: 'fingerprint-of-server1', now: 'another' },
  ]);
  const daily = describe({}, empty, { defaultChannel: 'daily' });
  expect(differencesOf(describe().facts, daily.facts)).toMatchObject([
    { before: 'stable', now: 'daily', told: 'channel: when it was planned: stable; now: daily' },
  ]);
  expect(new Set([describe(), swapped, daily].map(({ view }) => view.id)).size).toBe(3);
});

test('a secret that changed is a difference that shows neither', () => {
  const services = (key: string) => ({
    services_config: { nvme: { enabled: true, targets: [{ address: 'x', key }] } },
  });
  const [before, now] = [describe(services('one')), describe(services('two'))];
  const told = differencesOf(before.facts, now.facts);
  expect(told[0]).toEqual({
    what: 'server1: PUT /os/1.0/services/nvme',
    before: 'is sent',
    now: 'is sent, with another value',
    told: 'server1: PUT /os/1.0/services/nvme: the plan sends it; now with another content',
  });
  expect(JSON.stringify([before, now])).not.toMatch(/"one"|"two"/);
});

test('estimates come from earlier runs, the whole from what follows each other', () => {
  const durations = medianDurations([
    {
      steps: [1_000, 9_000, 2_000].map((ms) => ({
        name: 'bootstrap',
        state: 'succeeded',
        already: false,
        started_at: 0,
        ended_at: ms,
      })),
    },
  ]);
  const measured = describe({}, empty, { durations });
  expect(stepOf('bootstrap/server1', measured)).toMatchObject({ estimate_ms: 2_000, estimate_from: 'measured' });
  expect(stepOf('adopt', measured)).toMatchObject({ estimate_from: 'default' });
  const sum = measured.view.steps.reduce((ms, step) => ms + step.estimate_ms, 0);
  expect(measured.view.estimate_ms).toBeLessThan(sum);
  expect(measured.view.estimate_ms).toBeGreaterThan(2_000);
});
