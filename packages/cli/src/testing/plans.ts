import type { ApplyPlanView, ClusterPlan, Finding, PlannedStep } from '@operations-center/contract';

/** A step of a plan in few words. */
export function plannedStep(key: string, facts: Partial<PlannedStep> = {}): PlannedStep {
  const [name = '', ...target] = key.split('/');
  const phase =
    name === 'configure-services' ? 'services' : name === 'apply-application-config' ? 'application' : 'cluster';
  return {
    key,
    name,
    target: target.length === 0 ? null : target.join('/'),
    about: key,
    after: [],
    phase,
    servers: target.slice(0, 1),
    calls: [],
    in_order: true,
    changes: [],
    already: [],
    reboots: false,
    interrupts: null,
    undo: { automatic: true, about: 'is taken back', calls: [] },
    estimate_ms: 1_000,
    estimate_from: 'default',
    ...facts,
  };
}

export const planFinding = (check: string, facts: Partial<Finding> = {}): Finding => ({
  check,
  verdict: 'ok',
  servers: [],
  seen: '',
  cause: null,
  remedy: null,
  ignorable: true,
  ignored: false,
  ...facts,
});

export const clusterPlan = (facts: Partial<ClusterPlan> = {}): ClusterPlan => ({
  id: `7c1f${'0'.repeat(58)}a9`,
  cluster: 'wonderful',
  channel: 'stable',
  connection_url: 'https://10.0.0.11:8443',
  servers: ['server1', 'server2', 'server3'],
  created_at: '2026-11-22T21:00:00.000Z',
  expires_at: '2026-11-23T21:00:00.000Z',
  runnable: true,
  findings: [],
  ignore: [],
  notes: [],
  lvm_ids: [],
  mesh_id: 1000,
  steps: [plannedStep('back-up-application/server1'), plannedStep('bootstrap/server1')],
  estimate_ms: 40_000,
  ...facts,
});

/** A plan of applying that changes nothing. */
export const applyPlan = (facts: Partial<ApplyPlanView> = {}): ApplyPlanView => ({
  id: 'b2bf'.repeat(16),
  cluster: 'wonderful',
  servers: ['server1', 'server2'],
  created_at: '2026-11-22T21:00:00Z',
  expires_at: '2026-11-23T21:00:00Z',
  runnable: true,
  remembers: false,
  steps: [],
  already: ['server-config'],
  services_already: [],
  left: [],
  kept: [],
  differences: [],
  problems: [],
  touches: [],
  notes: [],
  estimate_ms: 3_000,
  ...facts,
});
