import type { Call } from './call.ts';
import { makeCall } from './call.ts';
import { failDeletion } from './faults.ts';
import { growIfDue } from './grown/grow.ts';
import type { Machine } from './machine.ts';
import { pause } from './machine.ts';
import type { IncusReply, IncusRequest } from './member.ts';
import type { Answer } from './reply.ts';
import { IncusError, refusal, replyOf } from './reply.ts';
import { hasQuorum } from './roles.ts';
import type { Route } from './route.ts';
import { ROUTES } from './routes.ts';

const VERBS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** One request, from path to envelope. Never throws for what a client does wrong. */
export async function dispatch(machine: Machine, request: IncusRequest): Promise<IncusReply> {
  try {
    return replyOf(await run(machine, request));
  } catch (error) {
    if (!(error instanceof IncusError)) throw error;
    const reply = refusal(error.status, error.message);
    return request.method === 'HEAD' ? { ...reply, body: '' } : reply;
  }
}

async function run(machine: Machine, request: IncusRequest): Promise<Answer> {
  const found = findRoute(request.path);
  if (!VERBS.includes(request.method)) throw new IncusError(404, `Method ${JSON.stringify(request.method)} not found`);
  if (found === undefined) throw new IncusError(404, 'not found');
  const { route, params } = found;
  const handler = route.handlers[request.method];
  if (handler === undefined) throw new IncusError(501, 'not implemented');
  const call = makeCall(machine, request, params, isTrusted(machine, request));
  checkAccess(call, route);
  if (route.databaseless?.includes(request.method) !== true && !hasQuorum(machine.store)) {
    await refuseWithoutQuorum(machine, request.path);
  }
  failDeletion(call);
  if (request.method === 'GET' && request.query.get('all-projects') === 'true') growIfDue(machine);
  return handler(call);
}

/** Seen with two of three voters killed: the member list gives up after 5 s, the rest after 10 s. */
async function refuseWithoutQuorum(machine: Machine, path: string): Promise<never> {
  const members = path.startsWith('/1.0/cluster/members');
  await pause(machine, members ? 5_000 : 10_000);
  if (members) throw new IncusError(500, 'context deadline exceeded');
  const why = 'failed to create cowsql connection: no available cowsql leader server found';
  throw new IncusError(503, `Failed to begin transaction: ${why}`);
}

export function isTrusted(machine: Machine, request: IncusRequest): boolean {
  if (request.local === true) return true;
  const { certificates } = machine.store.data;
  return certificates.some((row) => row.fingerprint === request.clientFingerprint && row.type !== 'metrics');
}

/** Who may ask what: untrusted callers a handful of routes, restricted certificates nothing of the server's own. */
export function checkAccess(call: Call, route: Route): void {
  const { request } = call;
  const open = route.untrusted?.includes(request.method) === true;
  if (!call.trusted) {
    if (!open) throw new IncusError(403, 'not authorized');
    return;
  }
  const row = call.data.certificates.find((one) => one.fingerprint === request.clientFingerprint);
  if (request.local === true || row?.restricted !== true || open) return;
  if (route.project !== true && request.method !== 'GET') throw new IncusError(403, 'Certificate is restricted');
  if (route.project === true && !row.projects.includes(request.query.get('project') ?? 'default')) {
    throw new IncusError(403, 'Certificate is restricted');
  }
}

type Found = { route: Route; params: Record<string, string> };

export function findRoute(path: string): Found | undefined {
  const parts = path.split('/').slice(1);
  for (const route of ROUTES) {
    const params = match(route.parts, parts);
    if (params !== undefined) return { route, params };
  }
  return undefined;
}

function match(pattern: readonly string[], parts: readonly string[]): Record<string, string> | undefined {
  if (pattern.length !== parts.length) return undefined;
  const params: Record<string, string> = {};
  for (const [place, wanted] of pattern.entries()) {
    const part = parts[place] ?? '';
    if (!wanted.startsWith('{')) {
      if (wanted !== part) return undefined;
      continue;
    }
    if (part === '') return undefined;
    try {
      params[wanted.slice(1, -1)] = decodeURIComponent(part);
    } catch {
      return undefined;
    }
  }
  return params;
}
