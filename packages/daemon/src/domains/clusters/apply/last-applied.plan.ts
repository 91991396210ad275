import type { ClusterPost } from '@operations-center/contract';
import { listApplicationItems, normalisePreseed, type Preseed } from '@operations-center/documents';
import type { Sealed, Sealer } from '../../../platform/keys/sealing.ts';
import { openItem } from '../plan/open-item.ts';
import type { CreateClusterPlan } from '../plan/plan.ts';
import type { LastApplied } from './apply.ts';
import { valuesOfItem } from './item-values.plan.ts';

/** What a creation applied: its files – or what its template came to – and every item with the defaults in it. */
export function appliedByCreation(inputs: { request: string; plan: string }, sealer: Sealer): LastApplied {
  // Both written by the creation.
  const given = JSON.parse(sealer.open(inputs.request as Sealed)) as ClusterPost;
  const { items } = JSON.parse(inputs.plan) as CreateClusterPlan;
  const inFile = keysOfFile(given.application_seed_config ?? {});
  return {
    seed: sealer.seal(JSON.stringify(given.application_seed_config ?? {})),
    services: sealer.seal(JSON.stringify(given.services_config ?? {})),
    overrides: sealer.seal(JSON.stringify(given.server_overrides ?? {})),
    built_ins: given.builtin_variables,
    items: Object.fromEntries(
      items.map((item) => {
        const values = sealer.seal(JSON.stringify(valuesOfItem(openItem({ sealer }, item))));
        return [item.key, { item, made: item.action === 'create', in_file: inFile.has(item.key), values }];
      }),
    ),
  };
}

/** What the file itself speaks of: who the members are changes no name. */
function keysOfFile(seed: unknown): Set<string> {
  const items = listApplicationItems({ preseed: readPreseed(seed), members: [], localScope: {} });
  return new Set(items.map(({ key }) => key));
}

/** The file that was applied before, read again. One that cannot be read any more says nothing. */
export function preseedBefore(last: LastApplied | undefined, sealer: Pick<Sealer, 'open'>): Preseed {
  return readPreseed(last === undefined ? {} : JSON.parse(sealer.open(last.seed)));
}

function readPreseed(given: unknown): Preseed {
  const read = normalisePreseed(given);
  if (read.ok) return read.value;
  const empty = normalisePreseed({});
  if (!empty.ok) throw new TypeError('an empty file is right');
  return empty.value;
}
