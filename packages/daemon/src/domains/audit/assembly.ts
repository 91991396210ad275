import type { Handler } from '../../platform/http/answer.ts';
import type { Sealer } from '../../platform/keys/sealing.ts';
import { type RunningLoop, startLoop } from '../../platform/loops.ts';
import type { LogHead, NumberedLog } from '../events/numbering.ts';
import { makeAnchors } from './anchor.rules.ts';
import { auditHandlers } from './audit.routes.ts';
import { type Audit, type AuditParts, makeAudit } from './audit.service.ts';
import { type KeyEpoch, keyedDigestOf, makeAuditChain } from './chain.rules.ts';
import { lateOutcomesLoop } from './late-outcomes.loop.ts';
import { pruneAuditLoop } from './prune-audit.loop.ts';
import { type PruneAuditParts, pruneAudit } from './prune-audit.service.ts';
import { rememberHistoryLoop } from './remember-history.loop.ts';
import { makeSeenHistory, type SeenHistory } from './seen-history.service.ts';

export type AuditPlatform = Pick<AuditParts, 'database' | 'clock' | 'log' | 'location' | 'numbering' | 'warn'> &
  Pick<PruneAuditParts, 'keptDays' | 'held'> & {
    sealer: Pick<Sealer, 'identify'>;
    /** Keys of before, the oldest first. */
    epochs?: readonly KeyEpoch[];
    /** The file that says where the audit ended when it was looked at last. */
    seenHead: string;
  };

export function assembleAudit(platform: AuditPlatform): {
  service: Audit;
  /** What gets numbers, and what hears of each new head. */
  numbered: NumberedLog;
  onHead(head: LogHead): void;
  handlers: readonly Handler[];
  /** Removes what is older than is kept, now. */
  prune(signal: AbortSignal): Promise<void>;
  /** Tells whether the database is older than what this daemon has seen of it. */
  history: SeenHistory;
  start(): void;
  stop(): Promise<void>;
} {
  const { sealer, epochs = [] } = platform;
  // A key each: digests of bodies are shown, and whoever sends a body chooses it. None of them may be a link's hash.
  const keyedDigest = (text: string): string => sealer.identify('audit body', text);
  const chain = makeAuditChain(keyedDigestOf('audit chain', epochs, sealer));
  const anchors = makeAnchors(keyedDigestOf('audit anchor', epochs, sealer));
  const service = makeAudit({ ...platform, chain, anchors, keyedDigest });
  const pruning = { ...platform, anchors, recordAnchor: service.recordAnchor };
  const history = makeSeenHistory({ ...platform, path: platform.seenHead });
  let loops: readonly RunningLoop[] = [];
  return {
    service,
    numbered: { name: 'audit', chain },
    // Outside of the database: an end that is cut off there can be told by it (engineering E12).
    onHead: ({ number, hash }) => platform.log.info({ audit: true, audit_head: `${number}:${hash}` }, 'audit head'),
    handlers: auditHandlers(service),
    prune: (signal) => pruneAudit(pruning, signal),
    history,
    start() {
      loops = [pruneAuditLoop(pruning), lateOutcomesLoop(service.outcomes), rememberHistoryLoop(history)].map((loop) =>
        startLoop(loop, platform),
      );
    },
    async stop() {
      await Promise.all(loops.map((loop) => loop.stop()));
      await service.settled();
      await service.outcomes
        .retry()
        .catch((error: unknown) =>
          platform.log.error({ err: error }, 'outcomes of requests are lost with this daemon'),
        );
      await history
        .remember()
        .catch((error: unknown) => platform.log.warn({ err: error }, 'where the audit ended was not noted'));
    },
  };
}
