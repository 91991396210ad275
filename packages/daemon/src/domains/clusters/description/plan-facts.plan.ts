import type { Finding, PlannedChange } from '@operations-center/contract';
import type { Sealer } from '../../../platform/keys/sealing.ts';
import { verdictsOf } from '../checks/findings.rules.ts';
import type { CreateClusterPlan } from '../plan/plan.ts';
import { canonicalJson } from './canonical-json.ts';
import type { DescribedStep } from './described-step.ts';

/**
 * One thing that a plan stands on. `shown` is for people, secrets redacted; `digest` is keyed, so that a change of a
 * secret is seen, too.
 */
export type PlanFact = {
  step: string;
  what: string;
  /** A `change` is one that the plan makes; `already` is what it finds as wanted. */
  kind: 'value' | 'change' | 'already' | 'call';
  shown: string;
  digest: string;
};

type Facts = {
  plan: Pick<CreateClusterPlan, 'channel' | 'servers'>;
  steps: readonly DescribedStep[];
  findings: readonly Finding[];
  lvm: readonly { server: string; id: number }[];
  mesh_id: number;
};

export function listFacts({ plan, steps, findings, lvm, mesh_id }: Facts, sealer: Sealer): PlanFact[] {
  const fact = (
    kind: PlanFact['kind'],
    step: string,
    what: string,
    shown: string,
    whole: unknown = shown,
  ): PlanFact => ({
    ...{ step, what, kind, shown },
    digest: sealer.identify('plan-fact', canonicalJson(whole)),
  });
  const value = (what: string, shown: string, whole: unknown = shown) => fact('value', '', what, shown, whole);
  return [
    ...[...Map.groupBy(findings, ({ check }) => check)].map(([check, own]) =>
      value(`check ${check}`, own.map(tellFinding).join(' · '), verdictsOf(own)),
    ),
    value('channel', plan.channel),
    ...plan.servers.flatMap(({ name, url, fingerprint, application }) => [
      value(`${name}: address`, url),
      value(`${name}: certificate`, fingerprint),
      value(`${name}: application`, application),
    ]),
    ...lvm.map(({ server, id }) => value(`${server}: system_id of lvm`, String(id))),
    value('id of the mesh', String(mesh_id)),
    ...steps.flatMap((step) => [
      ...step.changes.map((change) => fact('change', step.key, `${placeOf(step)}: ${change.what}`, arrow(change))),
      ...step.already.map((what) => fact('already', step.key, `${placeOf(step)}: ${what}`, 'as wanted already')),
      fact('value', step.key, `${placeOf(step)}: undo of ${step.key}`, step.undo.about, step.undo.automatic),
      ...step.calls.map(({ server, method, path, body }) =>
        fact('call', step.key, `${server}: ${method} ${path}`, 'is sent', body),
      ),
      ...step.undo.calls.map(({ server, method, path, body }) =>
        fact('call', step.key, `${server}: ${method} ${path}, if it is taken back`, 'is sent', body),
      ),
    ]),
  ];
}

const tellFinding = ({ verdict, servers, seen }: Finding): string =>
  `${verdict}${servers.length === 0 ? '' : ` (${servers.join(', ')})`}: ${seen}`;

/** The server, or the item of the application configuration. */
const placeOf = ({ target, key }: DescribedStep): string => target ?? key;

const arrow = ({ before, after }: PlannedChange): string => `${before ?? 'nothing'} → ${after ?? 'nothing'}`;
