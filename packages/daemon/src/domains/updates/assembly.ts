import type { Handler } from '../../platform/http/answer.ts';
import type { MainDatabase } from '../../schema.ts';
import { updateHandlers } from './updates.routes.ts';
import { makeUpdateService, type UpdateService } from './updates.service.ts';

export function assembleUpdates(platform: { database: MainDatabase }): {
  service: UpdateService;
  handlers: readonly Handler[];
} {
  const service = makeUpdateService(platform.database);
  return { service, handlers: updateHandlers(service) };
}
