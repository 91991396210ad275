import type { Operation } from '@operations-center/contract';
import type { Api } from '../api.ts';
import { printableLines } from '../output/printable.ts';

/** How long a daemon may be away – restarting, updating – before we stop waiting for it. */
export const patienceMs = 60_000;
const callTimeoutMs = 10_000;

export type Look =
  | { kind: 'seen'; operation: Operation }
  /** No usable answer just now; `since` is when that began. */
  | { kind: 'away'; since: number };

/**
 * Looks at one operation again and again. A daemon that is away is waited for; after `patienceMs` the last error is
 * thrown. The operation itself is not touched by any of this.
 */
export function makeLooker(api: Api, id: string, now: () => number): () => Promise<Look> {
  let awaySince: number | undefined;
  return async () => {
    const failure = await api
      .call('operation_show', { params: { id }, signal: AbortSignal.timeout(callTimeoutMs) })
      .then(
        (result) => (result.kind === 'ok' ? result.metadata : { refused: result }),
        (error: unknown) => ({ error }),
      );
    if ('id' in failure) {
      awaySince = undefined;
      return { kind: 'seen', operation: printableLines(failure) };
    }
    // A daemon that is stopping says so with 503; anything else it refuses is an answer.
    if ('refused' in failure && !(failure.refused.kind === 'fault' && failure.refused.status >= 502)) {
      return { kind: 'seen', operation: api.unwrap(failure.refused) as never };
    }
    awaySince ??= now();
    if (now() - awaySince < patienceMs) return { kind: 'away', since: awaySince };
    if ('refused' in failure) return { kind: 'seen', operation: api.unwrap(failure.refused) as never };
    throw await api.explain(failure.error);
  };
}
