import type { Handler } from '../../platform/http/answer.ts';
import type { Sealer } from '../../platform/sealing.ts';
import type { LogHead, NumberedLog } from '../events/numbering.ts';
import { auditHandlers } from './audit.routes.ts';
import { type Audit, type AuditParts, makeAudit } from './audit.service.ts';
import { makeAuditChain } from './chain.rules.ts';

export type AuditPlatform = Pick<AuditParts, 'database' | 'clock' | 'log' | 'location' | 'numbering'> & {
  sealer: Pick<Sealer, 'identify'>;
};

export function assembleAudit(platform: AuditPlatform): {
  service: Audit;
  /** What gets numbers, and what hears of each new head. */
  numbered: NumberedLog;
  onHead(head: LogHead): void;
  handlers: readonly Handler[];
} {
  const { sealer } = platform;
  // A key each: digests of bodies are shown, and whoever sends a body chooses it. None of them may be a link's hash.
  const keyedDigest = (text: string): string => sealer.identify('audit body', text);
  const chain = makeAuditChain((text) => sealer.identify('audit chain', text));
  const service = makeAudit({ ...platform, chain, keyedDigest });
  return {
    service,
    numbered: { name: 'audit', chain },
    // Outside of the database: an end that is cut off there can be told by it (engineering E12).
    onHead: ({ number, hash }) => platform.log.info({ audit: true, audit_head: `${number}:${hash}` }, 'audit head'),
    handlers: auditHandlers(service),
  };
}
