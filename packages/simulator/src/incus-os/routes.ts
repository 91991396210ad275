import { APPLICATION_ROUTES } from './applications.ts';
import type { Route } from './call.ts';
import { DEBUG_ROUTES } from './debug.ts';
import { NETWORK_ROUTES } from './network.ts';
import { PLAIN_ROUTES } from './plain.ts';
import { PROVIDER_ROUTES } from './provider.ts';
import { ROOT_ROUTES } from './root.ts';
import { SECURITY_ROUTES } from './security.ts';
import { SERVICE_ROUTES } from './services.ts';
import { STORAGE_ROUTES } from './storage.ts';
import { SYSTEM_ROUTES } from './system.ts';
import { UPDATE_ROUTES } from './update.ts';

/** Every path IncusOS knows. */
export const ROUTES: readonly Route[] = [
  ...ROOT_ROUTES,
  ...APPLICATION_ROUTES,
  ...SERVICE_ROUTES,
  ...SYSTEM_ROUTES,
  ...NETWORK_ROUTES,
  ...STORAGE_ROUTES,
  ...SECURITY_ROUTES,
  ...UPDATE_ROUTES,
  ...PROVIDER_ROUTES,
  ...PLAIN_ROUTES,
  ...DEBUG_ROUTES,
];
