import type { FaultEntry } from './entry.ts';

export const settingsFaults = {
  network_settings_invalid: {
    kind: 'invalid',
    about: 'Address and rest_server_address do not fit together or cannot be read.',
    hint: 'Set both, for example https://oc.example.net:7443 and 0.0.0.0:7443, or leave both empty.',
  },
  listener_failed: {
    kind: 'conflict',
    about: 'The HTTPS address cannot be listened on; the listener before is still there.',
    hint: 'Choose an address of this host and a port that is free.',
  },
  held_after_restore: {
    kind: 'unavailable',
    about:
      'This Operations Center was restored from a backup, or its database from a dump, and changes nothing on the fleet until a person says so.',
    hint: 'See that no other one manages these servers and that what it knows is true; then: operations-center admin go.',
  },
  setting_invalid: {
    kind: 'invalid',
    about: 'A setting has a value that it cannot have.',
    hint: 'Correct the named setting.',
  },
} as const satisfies Record<string, FaultEntry>;
