import type { EntryFailure } from '../journal.ts';

/**
 * What a person reads where something failed that nobody foresaw. The error's own text is for the log alone: it may hold
 * paths, parts of documents, or a secret.
 */
export const unexpectedFailure = (
  code: 'step_broken' | 'step_not_saved',
  operation: string,
  step: string,
): Omit<EntryFailure, 'final'> => ({
  kind: 'permanent',
  code,
  message:
    code === 'step_broken'
      ? 'an error that nobody foresaw; the log of the daemon has its cause'
      : 'its result could not be written down; the log of the daemon has the cause',
  hint: `Search the log of the daemon for operation ${operation}, step ${step}.`,
  details: null,
});

export const endNotWritten = (operation: string): string =>
  `its end could not be written; the log of the daemon has the cause: search it for operation ${operation}`;
