import type { Handler } from '../../platform/http/answer.ts';
import { warningHandlers } from './warnings.routes.ts';
import { makeWarningService, type WarningParts, type WarningService } from './warnings.service.ts';

export function assembleWarnings(platform: WarningParts): {
  service: WarningService;
  handlers: readonly Handler[];
} {
  const service = makeWarningService(platform);
  return { service, handlers: warningHandlers(service) };
}
