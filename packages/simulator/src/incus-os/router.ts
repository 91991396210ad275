import type { Handler, Route } from './call.ts';
import { type OsReply, Refusal, refused } from './envelope.ts';
import type { IncusOs, OsRequest } from './incus-os.ts';
import { ROUTES } from './routes.ts';

const TABLE = ROUTES.map((route) => ({ route, segments: route.path.split('/') }));

/** Answers one request as IncusOS does, refusals included. */
export async function answer(os: IncusOs, request: OsRequest): Promise<OsReply> {
  const found = match(request.path);
  if (found === undefined) return request.method === 'GET' ? refused(404) : refused(501);
  const handler = methodOf(found.route, request.method);
  if (handler === undefined) return refused(501);
  try {
    return await handler({ ...request, os, parameters: found.parameters });
  } catch (error) {
    if (error instanceof Refusal) return refused(error.status, error.message);
    throw error;
  }
}

function methodOf(route: Route, method: string): Handler | undefined {
  if (method === 'GET') return route.GET;
  if (method === 'PUT') return route.PUT;
  return method === 'POST' ? route.POST : undefined;
}

function match(path: string): { route: Route; parameters: Record<string, string> } | undefined {
  const given = path.split('/');
  for (const { route, segments } of TABLE) {
    if (segments.length !== given.length) continue;
    const parameters: Record<string, string> = {};
    const fits = segments.every((segment, index) => {
      const value = given[index] ?? '';
      if (!segment.startsWith('{')) return segment === value;
      if (value === '' || value.startsWith(':')) return false;
      parameters[segment.slice(1, -1)] = decodeURIComponentOr(value);
      return true;
    });
    if (fits) return { route, parameters };
  }
  return undefined;
}

function decodeURIComponentOr(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value; // A stray percent sign is a name that exists nowhere.
  }
}
