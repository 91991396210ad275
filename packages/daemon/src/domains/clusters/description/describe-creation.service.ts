import type { Sealer } from '../../../platform/keys/sealing.ts';
import type { Prepared } from '../creation/prepare-creation.service.ts';
import type { PlannedCreation } from '../plan/create-cluster.plan.ts';
import type { CreateClusterPlan } from '../plan/plan.ts';
import { type DescribedPlan, describePlan } from './describe-plan.plan.ts';
import type { StepOutline } from './described-step.ts';
import type { Durations } from './estimate.plan.ts';

/** Tells a creation to people, from all that it was planned from. */
export type DescribeCreation = (prepared: Prepared, planned: PlannedCreation, durations: Durations) => DescribedPlan;

export type DescribeParts = {
  sealer: Sealer;
  /** The steps of the workflow for a plan. */
  outline(plan: CreateClusterPlan): readonly StepOutline[];
};

export const makeDescribeCreation =
  ({ sealer, outline }: DescribeParts): DescribeCreation =>
  (prepared, planned, durations) =>
    describePlan({
      planned,
      request_digest: prepared.digest,
      look: {
        servers: Object.fromEntries(prepared.snapshot.servers.map((look) => [look.server.name, look])),
        live: prepared.live,
      },
      outline: outline(planned.plan),
      findings: prepared.findings,
      ignore: prepared.ignore,
      durations,
      sealer,
      secrets: prepared.request.template?.secret_texts ?? [],
    });
