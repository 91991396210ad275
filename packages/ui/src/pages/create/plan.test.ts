import type { ClusterPlan, Finding, PlannedStep } from '@operations-center/contract';
import { expect, test } from 'vitest';
import { aboutTime, changeText, consequences, countVerdicts, toGroups, troubles } from './plan.rules.ts';

const step = (name: string, target: string | null, more: Partial<PlannedStep> = {}): PlannedStep => ({
  ...{ key: `${name}/${target ?? ''}`, name, target, about: `${name} on ${target}`, after: [], phase: 'cluster' },
  ...{ servers: target === null ? [] : [target], calls: [], in_order: true, changes: [], already: [], reboots: false },
  ...{
    interrupts: null,
    undo: { automatic: true, about: 'restore', calls: [] },
    estimate_ms: 1,
    estimate_from: 'default',
  },
  ...more,
});
const call = (method: 'PUT' | 'POST') => ({ server: 's1', method, path: '/', body: null });
const plan = (steps: PlannedStep[]): ClusterPlan => ({ servers: ['s1', 's2'], steps }) as unknown as ClusterPlan; // the rules read these fields alone
const finding = (check: string, verdict: Finding['verdict']): Finding => ({ check, verdict }) as Finding;

test('a plan has one line for each kind of step, and says on whom and how it is taken back', () => {
  const change = { what: 'lvm.enabled', before: 'false', after: 'true' };
  const groups = toGroups(
    plan([
      step('configure-services', 's1', { phase: 'services', calls: [call('PUT')], changes: [change] }),
      step('configure-services', 's2', { phase: 'services', already: ['lvm'] }),
      step('bootstrap', 's1', { calls: [call('POST')] }),
      step('apply-application-config', 'profile/default/a', { phase: 'application', servers: ['s1'], already: ['a'] }),
    ]),
  );
  expect(
    groups.map(({ title, lines }) => [title, ...lines.map(({ sign, what, detail }) => `${sign} ${what} ${detail}`)]),
  ).toEqual([
    ['Services', '~ configure services lvm.enabled · on all 2 servers'],
    ['Cluster', '+ bootstrap on s1'],
    ['Application', '= profile/default/a as wanted already · on s1'],
  ]);
  expect(changeText({ what: 'a', before: null, after: '1' })).toBe('a: not set → 1');
});

test('what blocks comes first, and what cannot be put back is said aloud', () => {
  const findings = [finding('a', 'ok'), finding('b', 'warning'), finding('c', 'blocking')];
  expect(troubles(findings).map(({ check }) => check)).toEqual(['c', 'b']);
  expect(countVerdicts(findings)).toBe('1 ok, 1 warning, 1 blocking');
  expect(consequences(plan([step('bootstrap', 's1')]))).toEqual([
    'Nothing restarts.',
    'If it fails half-way, all are put back as they are now.',
  ]);
  const lost = step('b', 's1', {
    reboots: true,
    interrupts: 'Incus for 10 s',
    undo: { automatic: false, about: '', calls: [] },
  });
  expect(consequences(plan([lost]))).toEqual([
    'Restarts: s1.',
    'Does not answer meanwhile: Incus for 10 s.',
    'Not put back by itself if it fails half-way: b on s1.',
  ]);
  expect([aboutTime(400), aboutTime(40_000), aboutTime(200_000)]).toEqual(['a second', '40 s', '3 min']);
});
