import type { FaultEntry } from './entry.ts';

export const inventoryFaults = {
  inventory_object_not_found: {
    kind: 'not_found',
    about: 'The inventory holds no such object.',
    hint: 'List the kind: an object has another UUID after its cluster, project or own name has changed.',
  },
  inventory_cluster_not_scanned: {
    kind: 'conflict',
    about: 'The cluster of the object is not ready, so nothing can be asked of it.',
    hint: 'Look at the cluster: its inventory is read again when it is ready.',
  },
  inventory_resync_failed: {
    kind: 'fleet_failed',
    about: 'No member of the cluster gave a usable answer about the object; what was known is unchanged.',
    hint: 'Look at the servers of the cluster, then ask again.',
  },
  inventory_time_invalid: {
    kind: 'invalid',
    about: 'The time of which the inventory is asked cannot be read.',
    hint: 'Give it in RFC 3339, like 2026-01-31T12:00:00Z.',
  },
  inventory_time_future: {
    kind: 'invalid',
    about: 'The inventory is asked how it was at a time that has not come.',
    hint: 'Leave the time out to see how it is now.',
  },
  inventory_time_not_kept: {
    kind: 'invalid',
    about: 'The inventory is asked how it was before anything that is still kept.',
    hint: 'The message says since when versions are kept: ask for a later time.',
  },
  inventory_cursor_invalid: {
    kind: 'invalid',
    about: 'The cursor is none that this API gave, or belongs to another question.',
    hint: 'Give back the `cursor` of a page as it was, with the same conditions, or leave it out to begin anew.',
  },
  inventory_kind_ambiguous: {
    kind: 'invalid',
    about: 'Objects of several kinds have this UUID: it is made of names, and they have the same.',
    hint: 'Say which kind is meant; the message names them.',
  },
  inventory_field_unknown: {
    kind: 'invalid',
    about: 'A list is to be sorted by, or to show, a field that its objects do not have.',
    hint: 'The details name the fields that there are.',
  },
} as const satisfies Record<string, FaultEntry>;
