import { Fault } from '@operations-center/contract';
import type { OperationService } from '../../operations/operations.service.ts';
import { goQuote } from '../connection-url.rules.ts';

/** A file that is being applied knows the cluster by its name: until that is over it keeps it. */
export async function requireIdle(operations: Pick<OperationService, 'page'>, cluster: string): Promise<void> {
  const filter = { workflow: 'apply-configuration', claims: [`cluster/${cluster}`], open: true, limit: 1 };
  const [open] = (await operations.page(filter)).items;
  if (open === undefined) return;
  const told = `Operation ${open.id} works on cluster ${goQuote(cluster)}: ${open.about}`;
  throw new Fault('operation_in_progress', told, { details: { operation: open.id, cluster } });
}
