import type { Clock } from '../../platform/clock.ts';
import type { Handler } from '../../platform/http/answer.ts';
import type { MainDatabase } from '../../schema.ts';
import { warningHandlers } from './warnings.routes.ts';
import { makeWarningService, type WarningService } from './warnings.service.ts';

export function assembleWarnings(platform: { database: MainDatabase; clock: Clock }): {
  service: WarningService;
  handlers: readonly Handler[];
} {
  const service = makeWarningService(platform);
  return { service, handlers: warningHandlers(service) };
}
