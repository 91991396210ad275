import type { ClusterPost } from '@operations-center/contract';
import type { Sealed, Sealer } from '../../../platform/keys/sealing.ts';
import type { Tx } from '../../../schema.ts';
import { digestOfRequest } from './request-digest.ts';

/** A request as it is kept, sealed, with its cluster; `asked` is what of its words is kept otherwise than it came. */
export type KeptRequest = Omit<ClusterPost, keyof Asked> & { [Name in keyof Asked]: unknown } & { asked: Asked };
type Asked = Pick<ClusterPost, 'services_config' | 'application_seed_config' | 'builtin_variables'>;

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
    const { asked, ...given } = JSON.parse(secret) as KeptRequest; // as it was sealed when the creation began
    const request_digest = digestOfRequest(sealer, { ...given, ...asked });
    await tx.updateTable('clusters').set({ request_digest }).where('id', '=', id).execute();
  }
}
