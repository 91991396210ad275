import type { FaultPort } from '../faults.ts';
import type { ShownFault } from './shown-fault.ts';
import { SHOWN_FAULTS } from './table.ts';

const byPath: ReadonlyMap<string, readonly [string, ShownFault][]> = Map.groupBy(
  Object.entries<ShownFault>(SHOWN_FAULTS),
  ([, { path }]) => path,
);

type Reply = { status: number; headers: Record<string, string>; body: string | Buffer; pieces?: unknown };

/** An answer to a GET as faults want it shown. What is no proper answer passes as it is, and so does a list too long to be held. */
export function showFaults<Shown extends Reply>(faults: FaultPort, server: string, path: string, reply: Shown): Shown {
  const here = byPath.get(path);
  if (here === undefined || reply.status !== 200 || reply.pieces !== undefined) return reply;
  const active = here.flatMap(([name, fault]) => {
    const found = faults.active(name, server);
    return found === undefined ? [] : [{ fault, argument: found.arg ?? '' }];
  });
  if (active.length === 0) return reply;
  // Our own envelope.
  const envelope = JSON.parse(reply.body.toString()) as { metadata: unknown };
  const metadata = active.reduce((value, { fault, argument }) => fault.change(value, argument), envelope.metadata);
  return { ...reply, body: `${JSON.stringify({ ...envelope, metadata })}\n` };
}
