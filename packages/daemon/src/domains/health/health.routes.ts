import { type Handler, handle, ok } from '../../platform/http/answer.ts';
import type { HealthService } from './health.service.ts';

export const healthHandlers = (service: HealthService): Handler[] => [
  handle('health_show', async () => ok(await service.look())),
];
