import type { Sealed, Sealer } from '../../../platform/sealing.ts';
import type { Tx } from '../../../schema.ts';
import { digestOfRequest } from './request-digest.ts';

/** With another key the requests of creations under way have another name. Their words are sealed with it already. */
export async function digestPendingAnew(tx: Tx, sealer: Sealer): Promise<void> {
  const pending = await tx
    .selectFrom('clusters')
    .innerJoin('cluster_inputs', 'cluster_inputs.cluster', 'clusters.id')
    .select(['clusters.id', 'cluster_inputs.request'])
    .where('clusters.status', '=', 'pending')
    .execute();
  for (const { id, request } of pending) {
    const secret = sealer.tryOpen(request as Sealed); // sealed when the creation began
    if (secret === undefined) continue;
    const given = JSON.parse(secret) as Record<string, unknown>; // as it was sealed when the creation began
    // What a template made stands in the place of what was given: nothing.
    const documents = given['cluster_template'] === '' ? {} : { services_config: {}, application_seed_config: {} };
    const request_digest = digestOfRequest(sealer, { ...given, ...documents });
    await tx.updateTable('clusters').set({ request_digest }).where('id', '=', id).execute();
  }
}
