import { empty, type Handler, handle, ok } from '../../platform/http/answer.ts';
import type { HoldService } from './hold.service.ts';
import type { SettingsService } from './settings.service.ts';

export const settingsHandlers = (service: SettingsService): Handler[] => [
  handle('system_network_show', async () => ok(service.current().network)),
  handle('system_network_update', async ({ body }) => service.update('network', body).then(() => empty)),
  handle('system_security_show', async () => ok(service.shown('security'))),
  handle('system_security_update', async ({ body }) => service.update('security', body).then(() => empty)),
  handle('system_settings_show', async () => ok(service.current().settings)),
  handle('system_settings_update', async ({ body }) => service.update('settings', body).then(() => empty)),
  handle('system_updates_show', async () => ok(service.current().updates)),
  handle('system_updates_update', async ({ body }) => service.update('updates', body).then(() => empty)),
];

/** How many operations are paused is asked of those who run them. */
export const holdHandlers = (hold: HoldService, countPaused: () => Promise<number>): Handler[] => [
  handle('system_go', async () => ok({ was_held: await hold.go(), paused: await countPaused() })),
];
