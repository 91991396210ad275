type Told = { message: string; details: Readonly<Record<string, unknown>> };
type Words = (told: Told) => string;

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

const shortId = (id: unknown): string => textOf(id).slice(0, 12);

const named =
  (noun: string, ...keys: string[]): Words =>
  ({ details, message }) => {
    const name = keys.map((key) => textOf(details[key])).find((value) => value !== '');
    const quoted = name ?? /"([^"]*)"/.exec(message)?.[1];
    return quoted === undefined ? `there is no such ${noun}` : `there is no ${noun} "${quoted}"`;
  };

/** What we say where the daemon has to say it in OC's words (engineering E22). Every other message is good as it is. */
export const faultWords: Readonly<Record<string, Words>> = {
  token_not_found: named('token', 'uuid'),
  server_not_found: named('server', 'server', 'name'),
  cluster_server_unknown: named('server', 'server', 'name'),
  cluster_not_found: named('cluster', 'cluster', 'name'),
  cluster_template_not_found: named('cluster template', 'template'),
  cluster_template_exists: ({ details }) => `there is a cluster template "${textOf(details['template'])}" already`,
  artifact_not_found: ({ details }) =>
    `cluster "${textOf(details['cluster'])}" has no artifact "${textOf(details['artifact'])}"`,
  artifact_file_not_found: ({ details }) =>
    `artifact "${textOf(details['artifact'])}" of cluster "${textOf(details['cluster'])}" has no file "${textOf(details['file'])}"`,
  channel_not_found: named('channel', 'channel'),
  channel_unknown: named('channel', 'channel'),
  warning_not_found: named('warning', 'uuid'),
  operation_not_found: named('operation', 'operation', 'id'),
  inventory_object_not_found: named('object', 'uuid'),
  cluster_exists: ({ details }) => `there is a cluster "${textOf(details['cluster'])}" already`,
  not_authenticated: () => 'the daemon does not know who is asking',
  not_authorized: () => 'this caller may not do that',
  etag_mismatch: () => 'somebody else changed it meanwhile; nothing was changed',
  internal_error: () => 'the daemon has a defect there',
  plan_not_found: ({ details }) => `there is no plan ${shortId(details['plan'])}`,
  plan_outdated: ({ details }) => `plan ${shortId(details['plan'])} is outdated: not everything is as it was`,
  plan_not_runnable: ({ details }) => `the plan cannot be run: ${textOf(details['checks'])}`,
  cluster_preflight_failed: ({ details }) => `the cluster cannot be made: ${textOf(details['checks'])}`,
  body_too_large: () => 'this is more than the daemon takes at once',
};
