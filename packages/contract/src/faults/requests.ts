import type { FaultEntry } from './entry.ts';

/** What can be wrong with any request, whatever it asks for. */
export const requestFaults = {
  body_invalid: {
    kind: 'invalid',
    about: 'The body is no JSON, or not of the shape this route takes.',
    hint: 'Correct what is named; every field is in docs/generated/rest-api.json.',
  },
  field_unknown: {
    kind: 'invalid',
    about:
      'The body has a field that this route does not know. Only routes that Operations Center 0.8.1 has let such fields pass.',
    hint: 'Correct its name or leave it out; every field is in docs/generated/rest-api.json.',
  },
  body_too_large: { kind: 'too_large', about: 'The body is larger than this route takes.', hint: 'Send less at once.' },
  filter_invalid: {
    kind: 'invalid',
    about:
      'A filter is no expression, or asks for a field that these objects do not have, or compares what cannot be compared.',
    hint: 'Correct the place that is shown; docs/how-to/write-a-filter.md has the language.',
  },
  filter_failed: {
    kind: 'invalid',
    about:
      'A filter cannot be worked out for one of the objects: an element that a list does not have, a division by zero, too much work.',
    hint: 'Ask before: len(list) > 2 and list[2] == "x".',
  },
  filter_too_slow: {
    kind: 'invalid',
    about: 'Too many objects had to be compared with the filter one by one before one was found.',
    hint: 'Ask for a cluster, server, project, name or status, too: they have an index. `--explain` shows what is compared how.',
  },
  query_invalid: {
    kind: 'invalid',
    about: 'A query parameter has a value that cannot be read.',
    hint: 'Correct the named parameter.',
  },
  name_invalid: {
    kind: 'invalid',
    about: 'A name is empty, too long, or holds characters that names cannot have.',
    hint: 'Use up to 255 printable characters, none of \\ / : * ? " < > |, not "." or "..".',
  },
  etag_mismatch: {
    kind: 'precondition_failed',
    about: 'If-Match names another version: somebody changed the object meanwhile.',
    hint: 'Read the object again and apply the change to what is there now.',
  },
  cross_site_request: {
    kind: 'forbidden',
    about: 'A browser says that another site asked for this change.',
    hint: "Use the daemon's own pages, or a client that is not a browser.",
  },
  internal_error: {
    kind: 'internal',
    about: 'A defect of Operations Center.',
    hint: "Look for the request id in the daemon's log and report it.",
  },
  database_unavailable: {
    kind: 'unavailable',
    about:
      'The database does not answer, has no session left, or cannot write. Whether a change was kept is not known.',
    hint: "Look whether the database runs and its disk has room (the daemon's log has the reason), then ask again.",
  },
  shutting_down: { kind: 'unavailable', about: 'The daemon is stopping.', hint: 'Ask again when it has started.' },
} as const satisfies Record<string, FaultEntry>;
