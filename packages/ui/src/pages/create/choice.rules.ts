import { serverSentence } from '../../data/server-state.rules.ts';
import type { ServerBrief } from '../../data/servers.ts';

/** Why a server cannot become a member; undefined: it can, as far as is known before the preflight. */
export function whyNot(server: ServerBrief): string | undefined {
  if (server.cluster !== '') return `is a member of ${server.cluster}`;
  if (server.server_type === 'operations-center') return 'is Operations Center itself';
  if (server.server_status !== 'ready') return `is ${serverSentence(server)}`;
  return undefined;
}

/** Chosen, or not any more; the others keep their order. */
export const toggled = (chosen: readonly string[], name: string): string[] =>
  chosen.includes(name) ? chosen.filter((one) => one !== name) : [...chosen, name];

/** What is missing before it can be reviewed; undefined: nothing. */
export function whatIsMissing(
  draft: { name: string; servers: readonly string[] },
  isValid: boolean | undefined,
): string | undefined {
  if (draft.name.trim() === '') return 'the cluster has no name yet';
  if (draft.servers.length === 0) return 'no server is chosen yet';
  if (isValid === undefined) return 'the files are being looked through';
  return isValid ? undefined : 'something in the files is wrong: see below them';
}
