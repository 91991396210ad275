import type { FaultEntry } from './entry.ts';

export const artifactFaults = {
  artifact_not_found: {
    kind: 'not_found',
    about: 'The cluster has no such artifact.',
    hint: 'List them: operations-center provisioning cluster artifact list {cluster}.',
  },
  artifact_file_not_found: {
    kind: 'not_found',
    about: 'The artifact has no such file.',
    hint: 'See its files: operations-center provisioning cluster artifact show {cluster} {artifact}.',
  },
  archive_unsupported: {
    kind: 'invalid',
    about: 'An artifact is asked for as an archive of a kind that there is not.',
    hint: 'Ask for archive=zip.',
  },
} as const satisfies Record<string, FaultEntry>;
