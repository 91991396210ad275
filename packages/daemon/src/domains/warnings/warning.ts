import type { Warning } from '@operations-center/contract';

/** What makes two warnings the same one. */
export type WarningSubject = { type: string; scope: string; entity_type: string; entity: string };

/** Fields in OC's order; the ETag is made over this text. */
export const warningJson = (warning: Warning): string =>
  JSON.stringify({
    status: warning.status,
    uuid: warning.uuid,
    scope: {
      scope: warning.scope.scope,
      entity_type: warning.scope.entity_type,
      entity: warning.scope.entity,
    },
    type: warning.type,
    first_occurrence: warning.first_occurrence,
    last_occurrence: warning.last_occurrence,
    last_updated: warning.last_updated,
    messages: warning.messages,
    count: warning.count,
  });

export const warningUrl = (uuid: string): string => `/1.0/warnings/${uuid}`;
