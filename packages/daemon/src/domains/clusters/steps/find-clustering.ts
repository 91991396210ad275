import type { Endpoint } from '../../../fleet/connection.ts';
import type { CreateClusterParts } from './parts.ts';

/** The id of a bootstrap or join that runs on a server right now. */
export async function findClustering(
  parts: CreateClusterParts,
  endpoint: Endpoint,
  signal: AbortSignal,
): Promise<string | undefined> {
  const running = await parts.fleet.incus.listRunningOperations(endpoint, { signal });
  return running.find((operation) => operation.class === 'task' && 'cluster' in operation.resources)?.id;
}
