import type { OperationView } from '@operations-center/workflow';
import type { Clock } from '../../platform/clock.ts';
import type { Handler } from '../../platform/http/answer.ts';
import type { Sealer } from '../../platform/keys/sealing.ts';
import type { Log } from '../../platform/log.ts';
import { type RunningLoop, startLoop } from '../../platform/loops.ts';
import type { MainDatabase } from '../../schema.ts';
import type { WarningService } from '../warnings/warnings.service.ts';
import { deliverWebhooks, warningOf } from './deliver-webhooks.loop.ts';
import { makeSendMessage } from './send-message.service.ts';
import { webhookHandlers } from './webhooks.routes.ts';
import { makeWebhookService, type WebhookService } from './webhooks.service.ts';

export type WebhookParts = {
  database: MainDatabase;
  clock: Clock;
  log: Log;
  sealer: Sealer;
  warnings: WarningService;
  findOperation(id: string): Promise<OperationView | undefined>;
  /** Why nothing may be told, if so. */
  held?(): string | undefined;
};

export function assembleWebhooks(parts: WebhookParts): {
  service: WebhookService;
  handlers: readonly Handler[];
  start(): void;
  stop(): Promise<void>;
} {
  const { clock, warnings } = parts;
  const send = makeSendMessage(parts.sealer, () => clock.nowMs());
  let loop: RunningLoop | undefined;
  const service = makeWebhookService({
    ...parts,
    send,
    forget: (tx, name) => warnings.clear(tx, warningOf(name)),
    nudge: () => loop?.nudge(),
  });
  return {
    service,
    handlers: webhookHandlers(service),
    start() {
      loop = startLoop(deliverWebhooks({ ...parts, send }), parts);
    },
    stop: async () => loop?.stop(),
  };
}
