import type { ProviderPort } from './incus-os/incus-os.ts';
import { notifySelf, type RegistrationParts } from './registration.ts';
import { checkForUpdates, installApplication } from './updates.ts';

/** IncusOS as a client of Operations Center. `parts` is asked at each use, because a reset changes what is in it. */
export function makeProviderPort(parts: () => RegistrationParts, register: () => Promise<void>): ProviderPort {
  return {
    notify: (cause) => void notifySelf(parts(), cause),
    configure: async () => {
      const { provider } = parts().os.state;
      if (provider.name !== 'operations-center') return;
      if (provider.registered) void notifySelf(parts(), '');
      else await register();
    },
    checkForUpdates: () => checkForUpdates(parts()),
    install: (application) => installApplication(parts(), application),
  };
}
