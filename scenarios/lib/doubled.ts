import { createHash } from 'node:crypto';

/** What is needed of a request that a simulated server received. */
export type Received = {
  seq: number;
  server: string;
  method: string;
  path: string;
  query?: string;
  body?: unknown;
  status: number;
  /** What it began came to nothing, after the request of this number. */
  failed_after?: number;
};

/**
 * Mutating calls that a server accepted although their effect was present, or that began a second operation of one kind
 * on one target (engineering E8). Allowed, and not counted: a join token asked again, a PUT with an identical body, a
 * backup read again.
 */
export function findDoubled(requests: readonly Received[]): string[] {
  const present = new Map<string, Received>();
  const doubled: string[] = [];
  for (const request of requests) {
    if (request.status >= 300) continue;
    for (const effect of takenBackBy(request, present)) present.delete(effect);
    const effect = effectOf(request);
    if (effect === undefined) continue;
    const earlier = present.get(effect);
    if (earlier !== undefined && (earlier.failed_after ?? request.seq) >= request.seq) doubled.push(effect);
    present.set(effect, request);
  }
  return doubled;
}

/** What a call brings about, by a name that the same call has again; undefined if it may be said twice. */
function effectOf({ server, method, path, query, body }: Received): string | undefined {
  if (method === 'PUT' && path === '/1.0/cluster') return `${server} is clustered`;
  if (method !== 'POST') return undefined;
  if (path.endsWith('/:restore')) return `${server} is restored`;
  if (path === '/1.0/cluster/members' || path.includes('/:')) return undefined;
  return `${server} has ${path}/${nameOf(body)}?${query ?? ''}`;
}

/** As a DELETE names it: a certificate by its fingerprint. */
function nameOf(body: unknown): string {
  const { name = '', certificate } = (body ?? {}) as { name?: string; certificate?: unknown };
  if (typeof certificate !== 'string') return name;
  return createHash('sha256').update(Buffer.from(certificate, 'base64')).digest('hex');
}

/** A thing that was removed may be made again; a server that was put back holds nothing of what was made on it. */
function takenBackBy({ server, method, path }: Received, present: ReadonlyMap<string, Received>): string[] {
  if (method === 'PUT' && path === '/1.0/cluster') return [`${server} is restored`];
  if (method === 'DELETE') return [...present.keys()].filter((effect) => effect.includes(` has ${path}?`));
  if (method === 'POST' && path.endsWith('/:restore'))
    return [...present.keys()].filter(
      (effect) => effect.startsWith(`${server} `) && effect !== `${server} is restored`,
    );
  return [];
}
