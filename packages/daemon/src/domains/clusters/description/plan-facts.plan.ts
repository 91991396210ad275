import type { Finding, PlanDifference, PlannedChange } from '@operations-center/contract';
import type { Sealer } from '../../../platform/sealing.ts';
import { verdictsOf } from '../checks/findings.rules.ts';
import type { CreateClusterPlan } from '../plan/plan.ts';
import { canonicalJson } from './canonical-json.ts';
import type { DescribedStep } from './described-step.ts';

/**
 * One thing that a plan stands on. `shown` is for people, secrets redacted; `digest` is keyed, so that a change of a
 * secret is seen, too. `detail` is told only where nothing plainer of the same step says it.
 */
export type PlanFact = { step: string; what: string; shown: string; digest: string; detail: boolean };

type Facts = {
  plan: Pick<CreateClusterPlan, 'channel' | 'servers'>;
  steps: readonly DescribedStep[];
  findings: readonly Finding[];
  lvm: readonly { server: string; id: number }[];
  mesh_id: number;
};

export function listFacts({ plan, steps, findings, lvm, mesh_id }: Facts, sealer: Sealer): PlanFact[] {
  const fact = (step: string, what: string, shown: string, whole: unknown = shown, detail = false): PlanFact => ({
    step,
    what,
    shown,
    digest: sealer.identify('plan-fact', canonicalJson(whole)),
    detail,
  });
  return [
    ...[...Map.groupBy(findings, ({ check }) => check)].map(([check, own]) =>
      fact('', `check ${check}`, own.map(tellFinding).join(' · '), verdictsOf(own)),
    ),
    fact('', 'channel', plan.channel),
    ...plan.servers.flatMap(({ name, url, fingerprint, application }) => [
      fact('', `${name}: address`, url),
      fact('', `${name}: certificate`, fingerprint),
      fact('', `${name}: application`, application),
    ]),
    ...lvm.map(({ server, id }) => fact('', `${server}: system_id of lvm`, String(id))),
    fact('', 'id of the mesh', String(mesh_id)),
    ...steps.flatMap((step) => [
      ...step.changes.map((change) => fact(step.key, `${placeOf(step)}: ${change.what}`, arrow(change))),
      ...step.already.map((what) => fact(step.key, `${placeOf(step)}: ${what}`, 'as wanted already')),
      fact(step.key, `${placeOf(step)}: undo of ${step.key}`, step.undo.about, step.undo.automatic),
      ...step.calls.map(({ server, method, path, body }) =>
        fact(step.key, `${server}: ${method} ${path}`, 'is sent', body, true),
      ),
      ...step.undo.calls.map(({ server, method, path, body }) =>
        fact(step.key, `${server}: ${method} ${path}, if it is taken back`, 'is sent', body, true),
      ),
    ]),
  ];
}

const tellFinding = ({ verdict, servers, seen }: Finding): string =>
  `${verdict}${servers.length === 0 ? '' : ` (${servers.join(', ')})`}: ${seen}`;

/** The server, or the item of the application configuration. */
const placeOf = ({ target, key }: DescribedStep): string => target ?? key;

const arrow = ({ before, after }: PlannedChange): string => `${before ?? 'nothing'} → ${after ?? 'nothing'}`;

/** What is different, the plainest first; never empty for two plans that are not the same. */
export function differencesOf(before: readonly PlanFact[], now: readonly PlanFact[]): PlanDifference[] {
  const plain = pairsOf(before, now, false);
  const told = new Set(plain.map(({ step }) => step));
  const hidden = pairsOf(before, now, true).filter(({ step }) => !told.has(step));
  return [...plain, ...hidden].map(({ what, was, is }) => ({
    what,
    before: was?.shown ?? null,
    now: shownNow(was, is),
  }));
}

type Pair = { step: string; what: string; was: PlanFact | undefined; is: PlanFact | undefined };

function pairsOf(before: readonly PlanFact[], now: readonly PlanFact[], detail: boolean): Pair[] {
  const index = (facts: readonly PlanFact[]) =>
    new Map(facts.filter((fact) => fact.detail === detail).map((fact) => [`${fact.step} ${fact.what}`, fact]));
  const [old, fresh] = [index(before), index(now)];
  return [...new Set([...old.keys(), ...fresh.keys()])].flatMap((key) => {
    const [was, is] = [old.get(key), fresh.get(key)];
    const fact = was ?? is;
    if (fact === undefined || was?.digest === is?.digest) return [];
    return [{ step: fact.step, what: fact.what, was, is }];
  });
}

const shownNow = (was: PlanFact | undefined, is: PlanFact | undefined): string | null => {
  if (is === undefined) return null;
  return was?.shown === is.shown ? `${is.shown}, with another value` : is.shown;
};
