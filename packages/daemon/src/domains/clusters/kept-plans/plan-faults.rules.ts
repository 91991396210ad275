import { Fault, type PlanDifference } from '@operations-center/contract';

const short = (id: string): string => `"${id.slice(0, 12)}"`;

export const planNotFound = (id: string): Fault =>
  new Fault('plan_not_found', `There is no plan ${short(id)}`, { details: { plan: id.slice(0, 80) } });

/** An id of lvm is one of 2,000, and a plan of many servers is large: what nobody runs must not pile up for a day. */
export const livePlansLimit = 1_000;

export const plansTooMany = (oldest: readonly { id: string; cluster: string; created_at: number }[]): Fault => {
  const named = oldest.map(
    ({ id, cluster, created_at }) => `${id.slice(0, 12)} for "${cluster}" of ${new Date(created_at).toISOString()}`,
  );
  return new Fault(
    'plans_too_many',
    `${livePlansLimit} plans wait to be run, and no further one is kept; the oldest: ${named.join(', ')}`,
    { details: { limit: livePlansLimit, oldest: oldest.map(({ id, cluster }) => ({ id, cluster })) } },
  );
};

export const planExpired = (id: string, expiredAt: number): Fault =>
  new Fault('plan_expired', `Plan ${short(id)} expired at ${new Date(expiredAt).toISOString()}`, {
    details: { plan: id },
  });

export const planRanAlready = (id: string, operation: string, beganAt?: number): Fault => {
  const when = beganAt === undefined ? '' : ` at ${new Date(beganAt).toISOString()}`;
  return new Fault('plan_ran_already', `Plan ${short(id)} was run already${when}, by operation ${operation}`, {
    hint: `Look at it: operations-center operation show ${operation}.`,
    details: { plan: id, operation },
  });
};

export function planOutdated(id: string, differences: readonly PlanDifference[], cause?: Fault): Fault {
  const told = differences.slice(0, 3).map((one) => one.told);
  const message = `Plan ${short(id)} is outdated: ${told.join(' · ') || 'it comes out differently now'}`;
  const details = { plan: id, differences, ...(cause === undefined ? {} : { cause: cause.code }) };
  return new Fault('plan_outdated', message, { details, cause });
}

/** Refusals that say how things are; a server that does not answer says nothing about how it is. */
const saysWhatIs: readonly Fault['kind'][] = ['invalid', 'not_allowed', 'conflict', 'not_found'];

/** A plan that could not even be made now: that is the difference. Anything else stays what it is. */
export function outdatedBy(id: string, error: unknown): unknown {
  if (!(error instanceof Fault) || !saysWhatIs.includes(error.kind) || error.code === 'plan_outdated') return error;
  const server = error.details['server'];
  const what = typeof server === 'string' ? server : 'the request';
  const told = `${what}: it could be planned then, and cannot be now: ${error.message}`;
  return planOutdated(id, [{ what, before: 'could be planned', now: error.message, told }], error);
}
