import type { ClusterPost } from '@operations-center/contract';
import { normalisePreseed, type Preseed } from '@operations-center/documents';
import type { Sealed, Sealer } from '../../../platform/sealing.ts';
import { openItem } from '../plan/open-item.ts';
import type { CreateClusterPlan } from '../plan/plan.ts';
import type { LastApplied } from './apply.ts';
import { valuesOfItem } from './item-values.plan.ts';

/** What a creation applied: its files – or what its template came to – and every item with the defaults in it. */
export function appliedByCreation(inputs: { request: string; plan: string }, sealer: Sealer): LastApplied {
  // Both written by the creation.
  const given = JSON.parse(sealer.open(inputs.request as Sealed)) as ClusterPost;
  const { items } = JSON.parse(inputs.plan) as CreateClusterPlan;
  return {
    seed: sealer.seal(JSON.stringify(given.application_seed_config ?? {})),
    services: sealer.seal(JSON.stringify(given.services_config ?? {})),
    items: Object.fromEntries(
      items.map((item) => {
        const values = sealer.seal(JSON.stringify(valuesOfItem(openItem({ sealer }, item))));
        return [item.key, { item, made: item.action === 'create', values }];
      }),
    ),
  };
}

/** The file that was applied before, read again. One that cannot be read any more says nothing. */
export function preseedBefore(last: LastApplied | undefined, sealer: Pick<Sealer, 'open'>): Preseed {
  const given: unknown = last === undefined ? {} : JSON.parse(sealer.open(last.seed));
  const read = normalisePreseed(given);
  if (read.ok) return read.value;
  const empty = normalisePreseed({});
  if (!empty.ok) throw new TypeError('an empty file is right');
  return empty.value;
}
