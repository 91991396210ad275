import type { FaultEntry } from './entry.ts';

export const eventFaults = {
  event_cursor_invalid: {
    kind: 'invalid',
    about: 'The cursor is none that this API gave.',
    hint: 'Give back the `cursor` of an event as it was, or leave it out to begin now.',
  },
  event_type_unknown: {
    kind: 'invalid',
    about: 'There are no events of this type.',
    hint: 'Use lifecycle, operation, or both with a comma between.',
  },
  event_streams_exhausted: {
    kind: 'unavailable',
    about: 'As many clients as one daemon serves follow the events already.',
    hint: 'End streams that nobody reads, or ask again later.',
  },
} as const satisfies Record<string, FaultEntry>;
