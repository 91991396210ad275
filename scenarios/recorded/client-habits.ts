import type { Situation } from './situation.ts';

type Answer = { status: number; headers: Record<string, string | undefined>; text: string };

/** One request over the socket, as plain as OC's own clients make it. */
export const askPlainly = (
  { daemon }: Situation,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> =>
  daemon.send({
    method,
    path,
    headers,
    body: body === undefined ? undefined : JSON.stringify(body),
    signal: undefined,
  });

const nobody = '00000000-0000-4000-8000-000000000000';

/**
 * What is not there: OC's CLI takes `: Not found` off the text and puts the rest in brackets. OC's own text where it is
 * known; unknown warnings are 500 there, and a change of nothing has no text on record.
 */
export const notFound: readonly (readonly [method: string, path: string, error: string | RegExp])[] = [
  ['GET', '/1.0/provisioning/clusters/nope', 'Failed to get cluster "nope" by name: Not found'],
  ['GET', '/1.0/provisioning/servers/nope', 'Failed to get server "nope" by name: Not found'],
  ['GET', `/1.0/inventory/networks/${nobody}`, 'Not found'],
  ['GET', `/1.0/provisioning/tokens/${nobody}`, /Not found$/],
  ['GET', '/1.0/provisioning/channels/nope', /Not found$/],
  ['GET', '/1.0/provisioning/cluster-templates/nope', /Not found$/],
  ['PUT', '/1.0/provisioning/cluster-templates/nope', /Not found$/],
  ['POST', '/1.0/provisioning/cluster-templates/nope', /Not found$/],
  ['DELETE', '/1.0/provisioning/cluster-templates/nope', 'Failed to delete cluster template: Not found'],
  ['GET', `/1.0/warnings/${nobody}`, /Not found$/],
  ['PUT', `/1.0/warnings/${nobody}`, /Not found$/],
  ['PUT', `/1.0/provisioning/tokens/${nobody}`, /Not found$/],
  ['DELETE', `/1.0/provisioning/tokens/${nobody}`, /Not found$/],
  ['PUT', '/1.0/provisioning/servers/nope', /Not found$/],
  ['POST', '/1.0/provisioning/servers/nope', /Not found$/],
  ['DELETE', '/1.0/provisioning/servers/nope', /Not found$/],
  ['POST', '/1.0/provisioning/servers/nope/:resync', /Not found$/],
  ['PUT', '/1.0/provisioning/clusters/nope', /Not found$/],
  ['POST', '/1.0/provisioning/clusters/nope', /Not found$/],
  ['DELETE', '/1.0/provisioning/clusters/nope', /Not found$/],
  ['POST', '/1.0/provisioning/clusters/nope/:resync-inventory', /Not found$/],
  ['POST', `/1.0/inventory/networks/${nobody}/:resync`, /Not found$/],
];

/** What a change must say to be understood at all, by the last part of its path's parent. */
export const bodyFor = (method: string, path: string): object | undefined => {
  if (method === 'GET' || method === 'DELETE' || path.includes('/:')) return undefined;
  if (path.startsWith('/1.0/warnings')) return { status: 'acknowledged' };
  return { name: 'other', channel: 'stable' };
};

/** Where `If-Match` is checked. */
export const guarded: readonly (readonly [method: string, path: (situation: Situation) => string])[] = [
  ['PUT', ({ replay }) => `/1.0/provisioning/tokens/${replay.bindings.get('UUID1') ?? ''}`],
  ['PUT', () => '/1.0/provisioning/servers/server06'],
  ['PUT', () => '/1.0/provisioning/cluster-templates/template01'],
  ['POST', () => '/1.0/provisioning/cluster-templates/template04'],
  ['PUT', () => '/1.0/provisioning/clusters/cluster01'],
  ['POST', () => '/1.0/provisioning/clusters/cluster03'],
  ['PUT', ({ replay }) => `/1.0/warnings/${replay.bindings.get('UUID6') ?? ''}`],
];
